import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { qemuImg } from '../formats/disk/images.ts';
import { parseEvents } from '../report/schemas.ts';
import { putDisk } from './disks.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { mountAt, watchChanges } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { planned } from './scenario.ts';

/** Base files that only compute nodes have and VMs need: they come to the pool before it is mounted (docs/facts.md#fact-10). */

const IMAGES = '/var/lib/glance/images';
const CACHE = '/var/lib/glance/imagecache';
const BASE = '/var/lib/nova/instances/_base';
const MIB = 2 ** 20;
const SIZE = 24 * MIB;

const image = randomUUID();
const name = createHash('sha1').update(image).digest('hex');
const [vm1, vm2, vm3] = [randomUUID(), randomUUID(), randomUUID()];

let lab: Lab;
let backend: LabHost;
let first: LabHost;
let second: LabHost;
let inventory: string;
let sum: string;

/** Bytes that nova could have made of the image: data, a hole in the middle, the same on every node. */
const RAW = `{ yes raw | head -c ${8 * MIB}; head -c ${8 * MIB} /dev/zero; yes end | head -c ${8 * MIB}; }`;

const digest = async (host: LabHost, path: string): Promise<string> =>
  (await host.sh(`sha256sum <${path}`)).slice(0, 64);

async function putQcow2(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-adopt-'));
  try {
    qemuImg('create', '-q', '-f', 'qcow2', join(folder, 'image'), `${SIZE}`);
    const text = gzipSync(readFileSync(join(folder, 'image'))).toString('base64');
    await backend.sh(
      `cd ${IMAGES} && echo ${text} | base64 -d | gunzip >${image} && chown glance:glance ${image} && chmod 640 ${image} && touch -d '1 hour ago' ${image}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const apply = (...more: string[]) => lab.fastboot(['apply', inventory, '--yes', '--json', ...more]);
const eventsOf = (stdout: string) => parseEvents(stdout) as unknown as readonly Event[];

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01', 'compute02'], { installed: 'all' });
  backend = lab.host('nfs01');
  [first, second] = [lab.host('compute01'), lab.host('compute02')];
  inventory = lab.inventory({ fastboot: { nfs: { copy_limit: 4 } } });
  await putQcow2();
  for (const host of [first, second])
    await host.sh(
      `mkdir -p ${BASE} && cd ${BASE} && ${RAW} >${name} && chown -R nova:nova . && touch -d '2 days ago' ${name}`,
    );
  await first.sh(
    `cd ${BASE} && yes swap | head -c ${3 * MIB} >swap_512 && chown nova:nova swap_512 && chmod 600 swap_512`,
  );
  await putDisk(first, vm1, `${BASE}/${name}`);
  await putDisk(first, vm3, `${BASE}/swap_512`);
  await putDisk(second, vm2, `../_base/${name}`);
  sum = await digest(first, `${BASE}/${name}`);
});
afterAll(() => lab.close());

describe('raw base files of a qcow2 image', () => {
  it('plan says what comes from where, and changes nothing', async () => {
    const changes = await watchChanges([backend, first, second]);
    const { code, stdout, stderr } = await lab.fastboot(['plan', inventory, '--json']);
    expect(code, stderr).toBe(0);
    const plan = eventsOf(stdout).flatMap((event) =>
      event.type === 'plan.made' && 'plan' in event ? [event.plan as Plan] : [],
    )[0];
    const said = (plan?.findings ?? []).filter(({ check }) => check === 'base-files');
    expect(said).toMatchObject([
      { host: 'compute01', code: 'covered', fields: { files: 2, copied: { files: 2 } } },
      { host: 'compute02', code: 'covered', fields: { files: 1, copied: { files: 1 } } },
    ]);
    for (const copied of [name, 'swap_512'])
      expect(planned(plan)).toContainEqual(expect.stringMatching(`^compute01 nfs_copy .*${copied}$`));
    expect(await changes()).toEqual({});
  });

  it('a power cut in the middle of the copy leaves every byte where it was, and no half file under its name', async () => {
    let cut: Promise<unknown> | undefined;
    const { code, stdout } = await lab.fastboot(['apply', inventory, '--yes', '--json'], {
      onLine: (line) => {
        const done = Number(/"done":(\d+),"total":25165824,"unit":"bytes"/.exec(line)?.[1] ?? 0);
        if (done >= 8 * MIB) cut ??= first.cutPower();
      },
    });
    await cut;
    expect(cut, stdout).toBeDefined();
    expect(code, stdout).not.toBe(0);
    expect(await backend.sh(`ls ${CACHE}`)).not.toContain(`${name}\n`);
    await first.boot();
    expect(await digest(first, `${BASE}/${name}`)).toBe(sum);
    expect(await backend.sh(`ls -A ${CACHE}`)).toContain(`.${name}.${sum.slice(0, 12)}.part`);
  });

  it('the next run, of a saved plan, goes on with it and mounts the pool on both nodes', async () => {
    const beneath = `unshare -m sh -c '{ umount ${BASE} || :; } 2>/dev/null; cd ${BASE} && ls -lin --time-style=+%s | sort'`;
    const before = await Promise.all([first, second].map((host) => host.sh(beneath)));
    const saved = join(lab.dir, 'copies.plan');
    const made = await lab.fastboot(['plan', inventory, '--out', saved]);
    expect(made.code, made.stderr).toBe(0);
    const { code, stdout } = await lab.fastboot(['apply', saved, '--yes', '--json']);
    expect(code, stdout).toBe(0);
    const amounts = eventsOf(stdout).flatMap((event) =>
      event.type === 'host.progress' && event.unit === 'bytes' && event.total === SIZE ? [event.done] : [],
    );
    // it begins where the cut run was, or a piece before that, and ends with reading it all back
    expect(amounts[0]).toBeGreaterThan(4 * MIB);
    expect(amounts.at(-1)).toBe(SIZE);
    for (const host of [first, second]) {
      expect(await mountAt(host, BASE)).toMatchObject({ type: 'nfs4' });
      expect(await digest(host, `${BASE}/${name}`)).toBe(sum);
      expect(await host.sh('systemctl is-active nova-compute')).toBe('active\n');
    }
    expect(await Promise.all([first, second].map((host) => host.sh(beneath)))).toEqual(before);
    const kept = await backend.sh(
      `cd ${CACHE} && ls -A && stat -c '%a %n' ${name} swap_512 && du -k ${name}`,
    );
    expect(kept).not.toContain('.part');
    expect(kept).toContain(`644 ${name}`);
    expect(kept).toContain('644 swap_512');
    expect(Number(/(\d+)\s+\S+\n$/.exec(kept)?.[1])).toBeLessThan(20 * 1024);
  });

  it('link-sync knows them as adopted, not as conflicts, and takes them from nova', async () => {
    const status = JSON.parse(await backend.sh('/usr/local/lib/fastboot/link-sync --status --json || :')) as {
      readonly healthy: boolean;
      readonly images: readonly { readonly base: string; readonly state: string }[];
    };
    expect(status.healthy).toBe(true);
    const states = new Map(status.images.map(({ base, state }) => [base, state]));
    expect([states.get(name), states.get('swap_512')]).toEqual(['adopted', 'adopted']);
    const nova = (await first.sh('id -u nova')).trim();
    expect(await backend.sh(`cd ${CACHE} && stat -c %u ${name} swap_512`)).not.toContain(nova);
  });

  it('applied again nothing is left to do', async () => {
    const { code, stdout } = await apply();
    expect(code, stdout).toBe(0);
    const made = eventsOf(stdout).find((event) => event.type === 'plan.made');
    expect(made).toMatchObject({ changes: 0, blocked: 0 });
  });

  it('after a restart of all hosts the VMs have the same bytes', async () => {
    await lab.rebootAll();
    for (const host of [first, second]) {
      await expect
        .poll(() => host.sh('systemctl show --value -p ActiveState nova-compute'), { timeout: 180_000 })
        .toBe('active\n');
      expect(await mountAt(host, BASE)).toMatchObject({ type: 'nfs4' });
      expect(await digest(host, `${BASE}/${name}`)).toBe(sum);
    }
  });
});
