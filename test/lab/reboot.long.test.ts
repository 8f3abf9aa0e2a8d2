/** After reboots and power cuts, in any order, the pool comes back by itself, and nova-compute with it and not before. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { mountAt } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { fastboot, planned } from './scenario.ts';

const BASE = '/var/lib/nova/instances/_base';

let lab: Lab;
let backend: LabHost;
let compute: LabHost;
let inventory: string;

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01'], { installed: 'all' });
  backend = lab.host('nfs01');
  compute = lab.host('compute01');
  inventory = lab.inventory();
  const { code, trouble } = await fastboot(lab, 'apply', inventory);
  expect(code, trouble).toBe(0);
  await lab.save('applied');
});
afterAll(() => lab.close());
beforeEach(() => lab.load('applied'));

const novaState = (host: LabHost): Promise<string> =>
  host.sh('systemctl show --value -p ActiveState nova-compute');

async function settled(): Promise<void> {
  await expect.poll(() => novaState(compute), { timeout: 180_000, interval: 2000 }).toBe('active\n');
  expect(await mountAt(compute, BASE)).toMatchObject({ type: 'nfs4' });
  // nova-compute's own log says what it found when it started
  expect(await compute.sh('tail -n 1 /var/log/nova/nova-compute.log')).toMatch(/_base is mounted/);
}

describe('reboots', () => {
  it('the compute node, while the backend stays', async () => {
    await compute.reboot();
    await settled();
  });

  it('the backend, while the compute node stays', async () => {
    await backend.cutPower();
    await backend.boot();
    await expect
      .poll(async () => (await compute.exec(`timeout 20 ls ${BASE}`)).code, { timeout: 180_000 })
      .toBe(0);
  });

  it('both, the compute node up first: nova-compute waits for the pool', async () => {
    await backend.cutPower();
    await compute.cutPower();
    await compute.boot();
    expect(await mountAt(compute, BASE)).toBeUndefined();
    expect(await novaState(compute)).not.toBe('active\n');
    await backend.boot();
    await settled();
    const { code, plan, trouble } = await fastboot(lab, 'plan', inventory);
    expect([code, planned(plan)], trouble).toEqual([0, []]);
  });
});
