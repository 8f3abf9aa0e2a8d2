import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDisk } from './disks.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { exportsOf, mountAt, watchChanges } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { fastboot, planned } from './scenario.ts';

/** A compute node leaves the pool: its VM keeps its base file, and everything else is as it was before. */

const IMAGES = '/var/lib/glance/images';
const INSTANCES = '/var/lib/nova/instances';
const BASE = `${INSTANCES}/_base`;

const baseName = (image: string): string => createHash('sha1').update(image).digest('hex');
const [image, other, vm] = [randomUUID(), randomUUID(), randomUUID()];
const name = baseName(image);

let lab: Lab;
let backend: LabHost;
let first: LabHost;
let second: LabHost;
let inventory: string;
let before: string;
let sum: string;

const sumOf = async (host: LabHost, path: string): Promise<string> =>
  (await host.sh(`sha256sum <${path}`)).slice(0, 64);

/** What fastboot sets on a compute node, and the folder of base files. */
const settings = (host: LabHost): Promise<string> =>
  host.sh(
    `find /etc/nova /etc/systemd/system/nova-compute* ${INSTANCES} -path '${INSTANCES}/*-*' -prune -o -path '${BASE}/*' -prune -o -printf '%p %y %m %U:%G\\n' | sort; sha256sum /etc/fstab; find /etc/nova -type f -exec sha256sum {} + | sort`,
  );

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01', 'compute02'], { installed: 'all' });
  backend = lab.host('nfs01');
  [first, second] = [lab.host('compute01'), lab.host('compute02')];
  inventory = lab.inventory();
  for (const each of [image, other])
    await backend.sh(
      `cd ${IMAGES} && { yes ${each} | head -c 1000000; head -c 40000000 /dev/zero; echo end; } >${each} && chown glance:glance ${each} && chmod 640 ${each} && touch -d '1 hour ago' ${each}`,
    );
  sum = await sumOf(backend, `${IMAGES}/${image}`);
  // an operator's later file, which wins over the drop-in
  await first.sh(
    `mkdir -p ${BASE} && chown nova:nova ${BASE} && printf '[image_cache]\\nremove_unused_base_images=True\\n' >>/etc/nova/nova.conf`,
  );
  before = await settings(first);
  const { code, trouble } = await fastboot(lab, 'apply', inventory);
  expect(code, trouble).toBe(0);
  expect(await settings(first)).not.toBe(before);
  await putDisk(first, vm, `${BASE}/${name}`);
  await first.sh('sync');
});
afterAll(() => lab.close());

describe('remove', () => {
  it('is refused while a VM has its base file open, and names it', async () => {
    const pid = (
      await first.sh(
        `sh -c 'exec 3<${BASE}/${name} 4<${INSTANCES}/${vm}/disk; while :; do sleep 1; done' >/dev/null 2>&1 </dev/null & echo $!`,
      )
    ).trim();
    const { code, plan, trouble } = await fastboot(lab, 'remove', inventory, 'compute01');
    expect(code, trouble).toBe(5);
    expect(planned(plan)).toEqual([]);
    const blocks = (plan?.findings ?? []).filter(({ severity }) => severity === 'block');
    expect(blocks).toMatchObject([{ host: 'compute01', check: 'pool-in-use' }]);
    expect(blocks[0]?.finding).toContain(vm);
    expect(blocks[0]?.finding).toContain(`pid ${pid}`);
    expect(await mountAt(first, BASE)).toMatchObject({ type: 'nfs4' });
    await first.sh(`kill ${pid}`);
  });

  it('that loses the power in the middle of a copy leaves the node in the pool', async () => {
    let cut: Promise<void> | undefined;
    const { code, stdout } = await lab.fastboot(['remove', inventory, 'compute01', '--yes', '--json'], {
      onLine: (text) => {
        if (text.includes('"change.start"') && text.includes('underlying_file')) cut ??= first.cutPower();
      },
    });
    await cut;
    expect(cut, stdout).toBeDefined();
    expect([3, 4], stdout).toContain(code);
    expect(await exportsOf(backend)).toContain(first.storageAddress);
    await first.boot();
    await expect
      .poll(() => mountAt(first, BASE), { timeout: 180_000, interval: 2000 })
      .toMatchObject({ type: 'nfs4' });
    expect(await sumOf(first, `${BASE}/${name}`)).toBe(sum);
    // whole, or not there under its name
    const beneath = `unshare -m sh -c 'umount -i ${BASE} && cd ${BASE} && if [ -e ${name} ]; then sha256sum <${name}; fi'`;
    expect(['', sum]).toContain((await first.sh(beneath)).slice(0, 64));
  });

  it('carries on, and leaves the node as it was before fastboot, with the base file of its VM', async () => {
    await expect
      .poll(() => first.sh('systemctl show --value -p ActiveState nova-compute'), { timeout: 180_000 })
      .toBe('active\n');
    await first.sh(`[ -s ${INSTANCES}/${vm}/disk ]`);
    const changes = await watchChanges([second]);
    const { code, plan, trouble } = await fastboot(lab, 'remove', inventory, 'compute01');
    expect(code, trouble).toBe(0);
    expect(planned(plan)).toContain(`compute01 mount ${BASE}`);
    expect(await mountAt(first, BASE)).toBeUndefined();
    expect(await sumOf(first, `${BASE}/${name}`)).toBe(sum);
    expect(await first.sh(`ls -A ${BASE}; stat -c '%U:%G %a' ${BASE}/${name}`)).toBe(
      `${name}\nnova:nova 644\n`,
    );
    expect(Number(await first.sh(`stat -c '%b' ${BASE}/${name}`)) * 512).toBeLessThan(4_000_000);
    expect(await settings(first)).toBe(before);
    expect(await first.sh('systemctl is-active nova-compute')).toBe('active\n');
    const exported = await backend.sh('cat /etc/exports.d/fastboot.exports /var/lib/nfs/etab');
    expect(exported).not.toContain(first.storageAddress);
    expect(exported.split('\n').filter((row) => row.includes(`${second.storageAddress}(`))).toHaveLength(2);
    expect(await changes()).toEqual({});
    expect(await sumOf(second, `${BASE}/${name}`)).toBe(sum);
  });

  it('has nothing left to do, and an apply without the node neither', async () => {
    const again = await fastboot(lab, 'remove', inventory, 'compute01');
    expect([again.code, planned(again.plan)], again.trouble).toEqual([0, []]);
    const rest = await fastboot(lab, 'plan', inventory, '--limit', 'compute02');
    expect([rest.code, planned(rest.plan)], rest.trouble).toEqual([0, []]);
  });

  it('is undone by an apply: the copied base file is the same as in the pool', async () => {
    const { code, trouble } = await fastboot(lab, 'apply', inventory);
    expect(code, trouble).toBe(0);
    expect(await mountAt(first, BASE)).toMatchObject({ type: 'nfs4' });
    expect(await sumOf(first, `${BASE}/${name}`)).toBe(sum);
    expect(await exportsOf(backend)).toContain(first.storageAddress);
  });

  it('gc frees what lies under the pool, and only what nobody has open', async () => {
    const hidden = `unshare -m sh -c 'umount -i ${BASE} && ls -A ${BASE}'`;
    await first.sh(
      `unshare -m sh -c 'umount -i ${BASE} && cd ${BASE} && head -c 5000000 /dev/zero >swap_512 && head -c 99 /dev/zero >held && chown nova:nova * && { (exec <held; cd /; exec sleep 1000) >/dev/null 2>&1 & }'`,
    );
    const list = await lab.fastboot(['gc', inventory, '--local', '--limit', 'compute01']);
    expect([list.code, list.stdout], list.stderr).toEqual([0, expect.stringContaining(`${BASE}/swap_512`)]);
    expect(list.stdout).toMatch(/held \(0\.0 GiB\):\s+sleep\s+\(pid\s+\d+\)/);
    expect(await first.sh(hidden)).toBe(`${name}\nheld\nswap_512\n`);
    const { code, stdout, stderr } = await lab.fastboot(['gc', inventory, '--local', '--delete', '--yes']);
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toContain('Freed 0.0 GiB: 2 files on 1 host.');
    expect(await first.sh(hidden)).toBe('held\n');
    expect(await sumOf(first, `${BASE}/${name}`)).toBe(sum);
    expect((await lab.fastboot(['gc', inventory])).code).toBe(1);
  });
});
