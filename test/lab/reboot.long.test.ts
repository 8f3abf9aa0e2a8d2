import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { mountAt } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { fastboot, planned } from './scenario.ts';

/** After reboots and power cuts, in any order, the pool comes back by itself, and nova-compute with it and not before. */

const BASE = '/var/lib/nova/instances/_base';

let lab: Lab;
let backend: LabHost;
let computes: readonly LabHost[];
let inventory: string;

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01', 'compute02'], { packages: 'installed' });
  backend = lab.host('nfs01');
  computes = [lab.host('compute01'), lab.host('compute02')];
  inventory = lab.inventory();
  const { code, trouble } = await fastboot(lab, 'apply', inventory);
  expect(code, trouble).toBe(0);
  await lab.save('applied');
});
afterAll(() => lab.close());
beforeEach(() => lab.load('applied'));

const novaState = (host: LabHost): Promise<string> =>
  host.sh('systemctl show --value -p ActiveState nova-compute');

async function settled(host: LabHost): Promise<void> {
  await expect.poll(() => novaState(host), { timeout: 180_000, interval: 2000 }).toBe('active\n');
  expect(await mountAt(host, BASE)).toMatchObject({ type: 'nfs4' });
  // nova-compute's own log says what it found when it started
  expect(await host.sh('tail -n 1 /var/log/nova/nova-compute.log')).toMatch(/_base is mounted/);
}

describe('reboots', () => {
  it('the compute nodes, while the backend stays', async () => {
    await Promise.all(computes.map((host) => host.reboot()));
    for (const host of computes) await settled(host);
  });

  it('the backend, while the compute nodes stay', async () => {
    await backend.cutPower();
    await backend.boot();
    for (const host of computes) {
      await expect
        .poll(async () => (await host.exec(`timeout 20 ls ${BASE}`)).code, { timeout: 180_000 })
        .toBe(0);
    }
  });

  it('all at once, the compute nodes up first: nova-compute waits for the pool', async () => {
    for (const host of [backend, ...computes]) await host.cutPower();
    await Promise.all(computes.map((host) => host.boot()));
    for (const host of computes) {
      expect(await mountAt(host, BASE)).toBeUndefined();
      expect(await novaState(host)).not.toBe('active\n');
    }
    await backend.boot();
    for (const host of computes) await settled(host);
    const { code, plan, trouble } = await fastboot(lab, 'plan', inventory);
    expect([code, planned(plan)], trouble).toEqual([0, []]);
  });
});
