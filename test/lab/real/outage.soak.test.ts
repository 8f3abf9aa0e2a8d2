import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '../host.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { ensurePackages } from '../packages.ts';
import { borrow, enter, nova } from './borrow.ts';
import { ensureTree } from './tree.ts';
import { until } from './until.ts';
import { BASE, INSTANCES, RealVm } from './vm.ts';

/**
 * VMs whose base is in the pool, during failures of networks and servers (docs/facts.md#fact-27). There are two clouds, so that one
 * works while the other waits.
 */

const SECOND = 1000;
const MEBIBYTE = 2 ** 20;
const own = { start: MEBIBYTE, length: MEBIBYTE };

interface Cloud {
  readonly backend: LabHost;
  readonly compute: LabHost;
  /** stands still, reads now and then */
  readonly idle: RealVm;
  /** writes all the time */
  readonly busy: RealVm;
  /** reads slowly, all the while */
  readonly slow: RealVm;
  /** what the guests read */
  readonly content: string;
  readonly except: string;
}

let lab: Lab;
let cut: Cloud;
let other: Cloud;

const seconds = (since: number): number => Math.round((Date.now() - since) / 100) / 10;

async function cloudOf(backend: LabHost, compute: LabHost): Promise<Cloud> {
  const image = randomUUID();
  const base = `${BASE}/${createHash('sha1').update(image).digest('hex')}`;
  const file = `/var/lib/glance/images/${image}`;
  await backend.sh(
    `seq 1 1000000 | head -c ${4 * MEBIBYTE} >${file} && chown glance:glance ${file} && chmod 640 ${file} && touch -d '1 hour ago' ${file}`,
  );
  await borrow(compute);
  const inventory = lab.inventory({ hosts: [backend.name, compute.name], file: `${compute.name}.yaml` });
  const { code, stderr } = await lab.fastboot(['apply', inventory, '--yes']);
  expect(code, stderr).toBe(0);
  await until(
    'the image is in the pool',
    async () => (await compute.exec(`test -e ${base}`)).code === 0,
    120_000,
  );
  const start = async (): Promise<RealVm> => {
    const uuid = randomUUID();
    const create = [
      'qemu-img',
      'create',
      '-q',
      '-f',
      'qcow2',
      '-b',
      base,
      '-F',
      'raw',
      `${INSTANCES}/${uuid}/disk`,
    ];
    await compute.sh(`install -d -o nova -g nova ${INSTANCES}/${uuid} && ${enter(nova, create)}`);
    return RealVm.start(compute, uuid);
  };
  const [idle, busy, slow] = [await start(), await start(), await start()];
  const hash = async (script: string): Promise<string> => (await backend.sh(script)).slice(0, 64);
  return {
    ...{ backend, compute, idle, busy, slow, content: await hash(`sha256sum <${file}`) },
    except: await hash(
      `(head -c ${own.start} ${file}; tail -c +${own.start + own.length + 1} ${file}) | sha256sum`,
    ),
  };
}

/** Does harm to a cloud while a VM writes and another one reads; then each reads all of its disk, past all caches. */
async function survives(name: string, cloud: Cloud, harm: () => Promise<void>): Promise<void> {
  const began = Date.now();
  const stop = await cloud.busy.writeAllTheTime(own);
  // 4 MiB that take half a minute: much of it is still to be read when the harm begins
  const reading = cloud.slow.readThrough({ speed: 128 * 1024, timeout: 600 * SECOND });
  await sleep(5 * SECOND);
  await harm();
  const healed = Date.now();
  const after = (what: Promise<string>): Promise<readonly [string, number]> =>
    what.then((hash) => [hash, seconds(healed)] as const);
  const [idle, slow] = await Promise.all([
    after(cloud.idle.readThrough({ timeout: 300 * SECOND })),
    after(reading),
  ]);
  const written = await stop();
  const busy = await after(cloud.busy.readThrough({ except: own }));
  const times = `harmed for ${Math.round((healed - began) / SECOND) - 5} s; then idle VM after ${idle[1]} s, read in flight ${slow[1]} s`;
  console.log(`${name}: ${times}; ${written.writes} writes, longest drift ${written.longestDrift} s`);
  expect([idle[0], slow[0]]).toEqual([cloud.content, cloud.content]);
  expect([busy[0], written.troubles]).toEqual([cloud.except, []]);
  for (const vm of [cloud.idle, cloud.busy, cloud.slow]) expect(await vm.isWell()).toBe(true);
}

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'nfs02', 'compute01', 'compute02'], {
    readOnlyDisk: (await ensureTree()).disk,
    installed: 'all',
  });
  const at = (number: number): Promise<Cloud> =>
    cloudOf(lab.host(`nfs0${number}`), lab.host(`compute0${number}`));
  [cut, other] = await Promise.all([at(1), at(2)]);
});
afterAll(() => lab.close());

async function withoutNetwork(host: LabHost, work: () => Promise<unknown>): Promise<void> {
  await host.setLink('storage', false);
  await work();
  await host.setLink('storage', true);
}

describe.concurrent('VMs on the pool go on and read their bytes', () => {
  it('after three minutes without a network', () =>
    survives('network cut', cut, () => withoutNetwork(cut.compute, () => sleep(180 * SECOND))));

  it('after a restart of nfs-server, and after 100 s without a backend', async () => {
    await survives('restart of nfs-server', other, async () => {
      await other.backend.sh('systemctl restart nfs-server');
    });
    await survives('power cut of the backend', other, async () => {
      await other.backend.cutPower();
      await sleep(80 * SECOND);
      await other.backend.boot();
    });
  });
});
