/**
 * The move of a node with a VM into the pool, interrupted at each of its steps: the VM reads the same bytes all the time,
 * and the next run completes the move.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LabHost } from '../host.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { mountAt } from '../observe.ts';
import { ensurePackages } from '../packages.ts';
import { borrow, enter, nova } from './borrow.ts';
import { makeImage, serve, sha256, upload } from './images.ts';
import { ensureTree } from './tree.ts';
import { BASE, INSTANCES, RealVm } from './vm.ts';

const MEBIBYTE = 2 ** 20;
const image = makeImage('qcow2', 4 * MEBIBYTE);
const bytes = sha256(image.content);
const uuid = randomUUID();

let lab: Lab;
let backend: LabHost;
let compute: LabHost;
let vm: RealVm;
let inventory: string;

async function prepare(): Promise<void> {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01'], {
    readOnlyDisk: (await ensureTree()).disk,
    installed: 'all',
  });
  [backend, compute] = [lab.host('nfs01'), lab.host('compute01')];
  // slow enough to be cut in the middle
  inventory = lab.inventory({ fastboot: { nfs: { copy_limit: 1 } } });
  await borrow(compute);
  await upload(backend, image);
  // as Nova does with force_raw_images
  const { file } = await serve(compute, image);
  const make = `qemu-img convert -O raw ${file} ${image.base} && qemu-img create -q -f qcow2 -b ${image.base} -F raw ${INSTANCES}/${uuid}/disk`;
  await compute.sh(
    `install -d -o nova -g nova ${BASE} ${INSTANCES}/${uuid} && ${enter(nova, ['sh', '-c', make])}`,
  );
  await compute.sh(`touch -d '3 days ago' ${image.base}`);
  vm = await RealVm.start(compute, uuid);
  expect(await vm.readThrough()).toBe(bytes);
  await Promise.all([backend.sh('sync'), compute.sh('sync')]);
  await lab.save('before');
}

/** Where the move is when the line is printed. */
const moments = {
  copying: /copying [0-9a-f]{40} to the pool/,
  publishing: /checking [0-9a-f]{40} in the pool/,
  mounting: /"change.start".*mount \/var\/lib\/nova\/instances\/_base/,
} as const;

interface Cut {
  /** what happens to whom; `stop` kills fastboot */
  readonly harm: (stop: () => void) => Promise<void> | void;
  /** what the run must say */
  readonly failing?: string;
  /** what an operator does afterwards, before the next run */
  readonly repair?: () => Promise<unknown>;
}

/** Takes all room that is left for others than root, at once: nearly all in one piece, then smaller and smaller ones. */
const fill = `cd /var/lib/glance && fallocate -l $(($(stat -f -c '%a * %S' .) - 33554432)) filler
for size in 16777216 8388608 4194304 2097152 1048576 524288 262144 131072 65536; do fallocate -l $size filler.$size || :; done`;

const cuts = {
  'fastboot killed': { harm: (stop) => stop() },
  'power cut of the compute node': {
    harm: () => compute.cutPower(),
    repair: async () => {
      await compute.boot();
      await borrow(compute);
      vm = await RealVm.start(compute, uuid);
    },
  },
  'power cut of the backend': {
    harm: async () => {
      await backend.cutPower();
      await backend.boot();
    },
  },
  'storage network away for 20 s': {
    harm: async () => {
      await compute.setLink('storage', false);
      await sleep(20_000);
      await compute.setLink('storage', true);
    },
  },
  "pool's disk full": {
    harm: async () => {
      await backend.sh(fill);
    },
    failing: 'No space left on device',
    repair: () => backend.sh('rm /var/lib/glance/filler*'),
  },
} as const satisfies Readonly<Record<string, Cut>>;

type CutName = keyof typeof cuts;

/** A step of the move, and what happens at it. */
export type CutAt = readonly [moment: keyof typeof moments, cut: CutName];

/** Makes tests of these cuts. Each takes minutes, so only some of them run with the long tests. */
export function describeCuts(cases: readonly CutAt[]): void {
  describe('the move of a node with a VM, interrupted', () => {
    beforeAll(prepare);
    afterAll(() => lab.close());
    beforeEach(() => lab.load('before'));
    it.each(cases)('while %s: %s', interrupt);
  });
}

async function interrupt(moment: keyof typeof moments, name: CutName): Promise<void> {
  const cut: Cut = cuts[name];
  const killer = new AbortController();
  let harmed: Promise<void> | undefined;
  const first = await lab.fastboot(['apply', inventory, '--yes', '--json'], {
    signal: killer.signal,
    onLine: (line) => {
      if (moments[moment].test(line)) harmed ??= Promise.resolve(cut.harm(() => killer.abort()));
    },
  });
  await harmed;
  expect(harmed, `${first.stdout.slice(-2000)}${first.stderr}`).toBeDefined();
  if (cut.failing !== undefined) expect(first.stdout).toContain(cut.failing);
  await cut.repair?.();
  expect(await vm.readThrough({ timeout: 200_000 })).toBe(bytes);
  expect(await vm.isWell()).toBe(true);

  const { code, stdout } = await lab.fastboot(['apply', inventory, '--yes', '--json']);
  expect(code, stdout.slice(-3000)).toBe(0);
  expect(await mountAt(compute, BASE)).toMatchObject({ type: 'nfs4' });
  expect(await vm.readThrough()).toBe(bytes);
  await vm.stop();
  vm = await RealVm.start(compute, uuid);
  expect(await vm.readThrough()).toBe(bytes);
}
