import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDisk } from './disks.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { mountAt, watchChanges } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { fastboot, planned } from './scenario.ts';

/** Compute nodes that have base files and VMs of their own before the pool comes. */

const IMAGES = '/var/lib/glance/images';
const BASE = '/var/lib/nova/instances/_base';

const baseName = (image: string): string => createHash('sha1').update(image).digest('hex');
const [same, other, running] = [randomUUID(), randomUUID(), randomUUID()];
const unused = baseName(randomUUID());
const [vm1, vm2] = [randomUUID(), randomUUID()];

let lab: Lab;
let backend: LabHost;
let first: LabHost;
let second: LabHost;
let inventory: string;

/** A mebibyte of raw bytes; the same word gives the same bytes on every host. */
const bytes = (word: string): string => `yes ${word} | head -c 1048576`;

const sum = async (host: LabHost, path: string): Promise<string> =>
  (await host.sh(`sha256sum <${path}`)).slice(0, 64);

beforeAll(async () => {
  await ensurePackages();
  // a package is installed on compute01 before the mount: time for a test to do something in between
  lab = await openLab(['nfs01', 'compute01', 'compute02'], { installed: ['nfs01', 'compute02'] });
  backend = lab.host('nfs01');
  [first, second] = [lab.host('compute01'), lab.host('compute02')];
  inventory = lab.inventory();
  for (const image of [same, other, running])
    await backend.sh(
      `cd ${IMAGES} && ${bytes(image)} >${image} && chown glance:glance ${image} && chmod 640 ${image} && touch -d '1 hour ago' ${image}`,
    );
  for (const host of [first, second]) await host.sh(`mkdir -p ${BASE}`);
  await first.sh(
    `cd ${BASE} && ${bytes(same)} >${baseName(same)} && ${bytes(running)} >${baseName(running)} && ${bytes('x')} >${unused} && ${bytes('y')} >swap_512 && chown -R nova:nova . && touch -d '2 days ago' *`,
  );
  await putDisk(first, vm1, `${BASE}/${baseName(same)}`);
  // stands in for a QEMU that has its base open; it reads it again when it is asked to
  await first.sh(
    `mkfifo /run/ask /run/answer; (exec 3<${BASE}/${baseName(running)}; while read -r _ </run/ask; do sha256sum <&3 >/run/answer; exec 3<&-; done) >/dev/null 2>&1 </dev/null &`,
  );
  await second.sh(`cd ${BASE} && ${bytes('z')} >${baseName(other)} && chown -R nova:nova .`);
  await putDisk(second, vm2, `${BASE}/${baseName(other)}`);
});
afterAll(() => lab.close());

describe('nodes with base files and VMs of their own', () => {
  it('plan reads them without a change, and says what uses what', async () => {
    const changes = await watchChanges([first, second]);
    const { code, plan, trouble } = await fastboot(lab, 'plan', inventory);
    expect(code, trouble).toBe(0);
    const said = (host: string) =>
      (plan?.findings ?? []).filter((check) => check.host === host && check.check === 'base-files');
    expect(said('compute01')).toMatchObject([{ severity: 'warning' }]);
    expect(said('compute01')[0]?.finding).toContain('4 base files');
    expect(said('compute01')[0]?.finding).toContain(vm1);
    expect(said('compute02')).toMatchObject([{ severity: 'block' }]);
    expect(said('compute02')[0]?.finding).toContain(vm2);
    expect(planned(plan)).toContain(`compute01 mount ${BASE}`);
    expect(await changes()).toEqual({});
  });

  it('a file that came into use after the plan was made is not hidden', async () => {
    let late: Promise<unknown> | undefined;
    const { code, stdout } = await lab.fastboot(
      ['apply', inventory, '--yes', '--json', '--limit', 'compute01'],
      {
        onLine: (line) => {
          if (line.includes('"change.start"') && line.includes('package nfs-common'))
            late ??= first.sh(`touch ${BASE}/${unused}`);
        },
      },
    );
    await late;
    expect(code, stdout).toBe(5);
    expect(stdout).toContain('changed after they were listed');
    expect(await mountAt(first, BASE)).toBeUndefined();
    expect(await first.sh(`ls ${BASE} | wc -l; systemctl is-active nova-compute`)).toBe('4\nactive\n');
  });

  it('apply mounts the pool over what is unused or the same, and leaves the other node alone', async () => {
    const hidden = await first.sh(`cd ${BASE} && ls -lin --time-style=+%s | sort`);
    const before = await sum(first, `${BASE}/${baseName(same)}`);
    const changes = await watchChanges([second]);
    const { code, trouble } = await fastboot(lab, 'apply', inventory);
    expect(code, trouble).toBe(5);
    expect(await mountAt(first, BASE)).toMatchObject({ type: 'nfs4' });
    expect(await sum(first, `${BASE}/${baseName(same)}`)).toBe(before);
    expect(await first.sh('echo >/run/ask; head -c 64 /run/answer')).toBe(
      await sum(backend, `${IMAGES}/${running}`),
    );
    const beneath = `unshare -m sh -c 'umount ${BASE} && cd ${BASE} && ls -lin --time-style=+%s | sort'`;
    expect(await first.sh(beneath)).toBe(hidden);
    expect(await mountAt(second, BASE)).toBeUndefined();
    expect(await changes()).toEqual({});
    const config = await backend.sh('cat /etc/fastboot/link-sync.json');
    expect((JSON.parse(config) as { hold: unknown }).hold).toEqual([baseName(other)]);
  });

  it('applied again nothing is left to do but what is blocked', async () => {
    const { code, plan } = await fastboot(lab, 'apply', inventory);
    expect([code, planned(plan)]).toEqual([5, []]);
  });

  it('the other node follows once its VM is gone', async () => {
    await second.sh(`rm -r /var/lib/nova/instances/${vm2}`);
    const { code, trouble } = await fastboot(lab, 'apply', inventory);
    expect(code, trouble).toBe(0);
    expect(await mountAt(second, BASE)).toMatchObject({ type: 'nfs4' });
    const name = baseName(other);
    expect(await sum(second, `${BASE}/${name}`)).toBe(await sum(backend, `${IMAGES}/${other}`));
  });
});
