/** A node whose base files and disks Nova's own code has made, before and after the pool comes. All its ways: past.soak.test.ts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabHost } from '../host.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { mountAt } from '../observe.ts';
import { ensurePackages } from '../packages.ts';
import { borrow } from './borrow.ts';
import { disk, newVm, novaVm, through } from './disks.ts';
import { makeImage, upload } from './images.ts';
import { imageCachePass, startNova } from './nova.ts';
import { ensureTree } from './tree.ts';
import { BASE, RealVm } from './vm.ts';

const MEBIBYTE = 2 ** 20;
const raw = makeImage('raw');
const converted = makeImage('qcow2'); // Nova makes a raw base file of it
/** Where the running VM writes. */
const own = { start: MEBIBYTE, length: MEBIBYTE / 2 };

let lab: Lab;
let node: LabHost;
let inventory: string;
let running: RealVm;
let idle: string;
let idleBytes: string;

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01'], {
    readOnlyDisk: (await ensureTree()).disk,
    installed: 'all',
  });
  node = lab.host('compute01');
  inventory = lab.inventory();
  for (const image of [raw, converted]) await upload(lab.host('nfs01'), image);
  await borrow(node);
  await startNova(node);
  const uuid = await novaVm(node, converted);
  idle = disk(await novaVm(node, raw));
  await node.sh(`touch -d '3 days ago' ${BASE}/*`);
  running = await RealVm.start(node, uuid);
  idleBytes = await through(node, idle);
});
afterAll(() => lab.close());

it('comes into the pool with its VM running, and Nova makes new VMs from the pool', async () => {
  const bytes = await running.readThrough({ except: own });
  const stop = await running.writeAllTheTime(own);
  const { code, stdout, stderr } = await lab.fastboot(['apply', inventory, '--yes']);
  expect(code, `${stdout}${stderr}`).toBe(0);
  const written = await stop();
  expect(written.troubles).toEqual([]);
  expect(written.writes).toBeGreaterThan(0);

  expect(await mountAt(node, BASE)).toMatchObject({ type: 'nfs4' });
  expect(await through(node, idle)).toBe(idleBytes);
  expect(await running.isWell()).toBe(true);

  // stopped and started again it has the pool's file
  await running.stop();
  running = await RealVm.start(node, running.uuid);
  expect(await running.readThrough({ except: own })).toBe(bytes);

  for (const image of [raw, converted]) await newVm(node, image);
  expect(await imageCachePass(node, [])).toEqual({ removed: [], trouble: null, removes: false });
});
