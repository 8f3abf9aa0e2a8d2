import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planChanges } from '../../src/plan/plan.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { exportsOf, mountAt, unitStarts, watchChanges } from './observe.ts';
import { putDisk } from './disks.ts';
import { ensurePackages } from './packages.ts';
import { fastboot, made, planned } from './scenario.ts';

/** The main job on real machines: from empty hosts to a working pool, and what may happen to it afterwards. */

const IMAGES = '/var/lib/glance/images';
const CACHE = '/var/lib/glance/imagecache';
const BASE = '/var/lib/nova/instances/_base';
const OURS = '/etc/systemd/system/nova-compute.service.d/fastboot.conf';

let lab: Lab;
let backend: LabHost;
let computes: readonly LabHost[];
let inventory: string;

const baseName = (image: string): string => createHash('sha1').update(image).digest('hex');
const firstImage = '6f2c4f0e-4f0f-4a37-9c1b-3f6f3c1f0a01';

/** Files that others wrote, with what must survive: comments, odd spacing, bytes that are no UTF-8. */
const FOREIGN = `
printf '# somebody else\\047s: caf\\351\\n/srv/other 192.0.2.0/24(ro)\\n' >>/etc/exports
mkdir -p /etc/exports.d && printf '/srv/third\\t192.0.2.7(ro,sync)   # kept\\n' >/etc/exports.d/other.exports
mkdir -p /srv/other /srv/third`;

async function putImage(id: string, text: string): Promise<void> {
  await backend.sh(
    `cd ${IMAGES} && printf %s '${text}' >.new && chown glance:glance .new && chmod 0640 .new && touch -d '1 hour ago' .new && mv .new ${id}`,
  );
}

/** The content of a file as others left it: all of it, or without the lines that fastboot owns. */
const foreign = (host: LabHost, file: string): Promise<string> =>
  host.sh(`grep -av fastboot ${file} | grep -av ':${CACHE} ' | base64`);

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01', 'compute02'], { installed: ['compute02'] });
  backend = lab.host('nfs01');
  computes = [lab.host('compute01'), lab.host('compute02')];
  inventory = lab.inventory();
  await backend.sh(FOREIGN);
  await putImage(firstImage, 'raw image');
  await lab.save('empty');
});
afterAll(() => lab.close());

describe('from nothing to a pool', () => {
  it('plan changes no file at all on any host', async () => {
    const hosts = [backend, ...computes];
    const changes = await watchChanges(hosts);
    const { code, plan } = await fastboot(lab, 'plan', inventory);
    expect(code).toBe(0);
    expect(planned(plan).length).toBeGreaterThan(10);
    expect(await changes()).toEqual({});
  });

  it('a package that cannot be installed ends the run with its cause, and no compute node is touched', async () => {
    await backend.sh(
      'mv /srv/repo /srv/repo.away && mv /var/lib/apt/lists /var/lib/apt/lists.away && mkdir /var/lib/apt/lists',
    );
    const changes = await watchChanges(computes);
    const { code, events } = await fastboot(lab, 'apply', inventory);
    expect(code).toBe(3);
    const failures = events.flatMap((event) => (event.type === 'change.failed' ? [event] : []));
    expect(failures.map(({ host }) => host)).toEqual(['nfs01']);
    expect(JSON.stringify(failures)).toMatch(/nfs-kernel-server/);
    expect(await changes()).toEqual({});
    await backend.sh(
      'rm -r /var/lib/apt/lists && mv /var/lib/apt/lists.away /var/lib/apt/lists && mv /srv/repo.away /srv/repo',
    );
  });

  it('apply makes the pool; it is filled before the first mount', async () => {
    const shared = await Promise.all([
      foreign(backend, '/etc/exports'),
      ...computes.map((host) => foreign(host, '/etc/fstab')),
    ]);
    // one node after the other, so that what is looked at between them is looked at on real mounts
    const batches = ['--canary', '1', '--serial', '1'];
    const { code, events, trouble } = await fastboot(lab, 'apply', inventory, ...batches);
    expect(code, trouble).toBe(0);
    expect(events.flatMap((event) => (event.type === 'phase.start' ? [event.phase] : [])).slice(-2)).toEqual([
      'Compute nodes: canaries',
      'Compute nodes: batch 1 of 1',
    ]);
    const looked = events.filter(
      (event) => event.type === 'host.step' && event.step === 'checking the pool and nova-compute',
    );
    expect(looked).toMatchObject(['compute01', 'compute02'].map((host) => ({ host })));
    const order = made(events);
    expect(order.findIndex((change) => change.startsWith('nfs01 service fastboot-link-sync'))).toBeLessThan(
      order.findIndex((change) => change.includes('mount')),
    );
    expect(
      await Promise.all([
        foreign(backend, '/etc/exports'),
        ...computes.map((host) => foreign(host, '/etc/fstab')),
      ]),
    ).toEqual(shared);
    expect(await backend.sh('cat /etc/exports.d/other.exports')).toBe(
      '/srv/third\t192.0.2.7(ro,sync)   # kept\n',
    );
    await lab.save('applied');
  });
});

describe('a working pool', () => {
  beforeEach(() => lab.load('applied'));

  it('is what the contract says, on every host', async () => {
    expect(await backend.sh(`stat -c '%a %U %g' ${CACHE}`)).toBe('1775 root 64060\n');
    const table = (await exportsOf(backend)).replace(/\s+/g, ' ');
    for (const host of computes) {
      expect(table).toContain(`${CACHE} ${host.storageAddress}(sync,`);
      const mount = await mountAt(host, BASE);
      expect(mount).toMatchObject({ source: `${backend.storageAddress}:${CACHE}`, type: 'nfs4' });
      expect(mount?.options).toEqual(expect.arrayContaining(['rw', 'vers=4.2', 'hard', 'lookupcache=pos']));
      expect(await host.sh('tail -n 1 /etc/fstab')).toBe(
        `${backend.storageAddress}:${CACHE} ${BASE} nfs4 vers=4.2,hard,lookupcache=positive,_netdev,nofail 0 0\n`,
      );
      expect(
        await host.sh(`systemctl is-active nova-compute; stat -c '%a %U %G' ${BASE}/${baseName(firstImage)}`),
      ).toBe('active\n644 libvirt-qemu kvm\n');
    }
    expect(table).toContain('root_squash');
    expect(table).not.toContain('no_root_squash');
    // the foreign exports may have clients that speak version 3
    expect(await backend.sh('cat /proc/fs/nfsd/versions')).toContain('+3');
  });

  it('applied again changes nothing', async () => {
    const hosts = [backend, ...computes];
    const look = (): Promise<unknown> =>
      Promise.all(
        hosts.map(async (host) => [
          await host.sh('find /etc -printf "%p %C@\\n" | sort'),
          await unitStarts(host),
          await exportsOf(host),
        ]),
      );
    const before = await look();
    const { code, plan, events } = await fastboot(lab, 'apply', inventory);
    expect([code, planned(plan), made(events)]).toEqual([0, [], []]);
    expect(await look()).toEqual(before);
  });

  it('shows a new image on every node within a second, also under a name that was asked for in vain', async () => {
    const image = randomUUID();
    const name = baseName(image);
    for (const host of computes) expect((await host.exec(`ls ${BASE}/${name}`)).code).toBe(2);
    await putImage(image, 'another');
    const linked = `for i in $(seq 300); do [ -e ${CACHE}/${name} ] && exit 0; sleep 0.1; done; exit 1`;
    await backend.sh(linked);
    const seen = `for i in 1 2 3 4 5 6 7 8 9 10; do if [ -e ${BASE}/${name} ]; then echo $i; exit 0; fi; sleep 0.1; done; exit 1`;
    for (const host of computes) expect(Number(await host.sh(seen))).toBeLessThanOrEqual(10);
    const inodes = await backend.sh(`stat -c %i ${IMAGES}/${image} ${CACHE}/${name}`);
    expect(new Set(inodes.trim().split('\n')).size).toBe(1);
    expect(await computes[0]?.sh(`cat ${BASE}/${name}; stat -c ' %a' ${BASE}/${name}`)).toBe('another 644\n');
  });

  it('names exactly what has drifted, and mends it', async () => {
    const [first, second] = computes as readonly [LabHost, LabHost];
    await backend.sh(
      `systemctl stop fastboot-link-sync && rm ${CACHE}/${baseName(firstImage)} && exportfs -u ${second.storageAddress}:${CACHE}`,
    );
    await first.sh(`sed -i 's/lookupcache=positive,//' /etc/fstab`);
    await second.sh(`umount -l ${BASE}`);
    const { plan } = await fastboot(lab, 'plan', inventory);
    expect([...planned(plan)].sort()).toEqual([
      `compute01 mount ${BASE}`,
      `compute02 mount ${BASE}`,
      `nfs01 nfs_export ${CACHE}`,
      'nfs01 service fastboot-link-sync.service',
    ]);
    const { code, trouble } = await fastboot(lab, 'apply', inventory);
    expect(code, trouble).toBe(0);
    for (const host of computes)
      expect(await host.sh(`ls ${BASE}; systemctl is-active nova-compute`)).toBe(
        `${baseName(firstImage)}\nactive\n`,
      );
  });

  it('one compute node down: the other is done, exit 4; backend down: nothing is touched, exit 4', async () => {
    const [first, second] = computes as readonly [LabHost, LabHost];
    await first.sh(`rm ${OURS}`);
    await second.cutPower();
    const one = await fastboot(lab, 'apply', inventory, '--connect-timeout', '5');
    expect([one.code, made(one.events)]).toEqual([
      4,
      [`compute01 file ${OURS}`, 'compute01 service nova-compute.service'],
    ]);
    expect((await first.exec(`ls ${OURS}`)).code).toBe(0);
    await backend.cutPower();
    await first.sh(`rm ${OURS}`);
    const none = await fastboot(lab, 'apply', inventory, '--connect-timeout', '5');
    expect([none.code, made(none.events)]).toEqual([4, []]);
    expect((await first.exec(`ls ${OURS}`)).code).toBe(2);
  });

  it('a run that is killed before a handler still marks it', async () => {
    const [first] = computes as readonly [LabHost];
    const dropIn = '/etc/nova/nova.conf.d/fastboot.conf';
    await first.sh(`rm ${dropIn}`);
    const started = await unitStarts(first);
    // the drop-in comes into its place only when the run is dead
    await first.sh(`cat >/usr/local/bin/mv <<'END' && chmod 755 /usr/local/bin/mv
#!/bin/sh
case $* in *${dropIn}*) until [ -e /run/killed ]; do sleep 0.1; done ;; esac
exec /bin/mv "$@"
END`);
    const killer = new AbortController();
    await lab.fastboot(['apply', inventory, '--yes', '--json', '--limit', 'compute01'], {
      signal: killer.signal,
      onLine: (line) => {
        if (line.includes('"change.start"') && line.includes(dropIn)) killer.abort();
      },
    });
    expect((await first.exec(`ls ${dropIn}`)).code).toBe(2);
    await first.sh(`touch /run/killed; until [ -e ${dropIn} ]; do sleep 0.1; done; rm /usr/local/bin/mv`);
    expect(await first.sh('cat /var/lib/fastboot/pending')).toBe('Restart nova-compute\n');
    expect((await unitStarts(first))['nova-compute.service']).toBe(started['nova-compute.service']);
    const pending = await fastboot(lab, 'plan', inventory);
    expect(planned(pending.plan)).toEqual(['compute01 service nova-compute.service']);
    expect((await fastboot(lab, 'apply', inventory)).code).toBe(0);
    expect((await unitStarts(first))['nova-compute.service']).not.toBe(started['nova-compute.service']);
    expect((await first.exec('ls /var/lib/fastboot/pending')).code).toBe(2);
  });
});

describe('one more compute node', () => {
  let third: LabHost;
  let larger: string;

  beforeAll(async () => {
    await lab.load('applied');
    third = await lab.addHost('compute03');
    larger = lab.inventory({ file: 'larger.yaml' });
  });

  it('is blocked and left alone while its own base folder holds a file that a VM needs and the pool must not have; its name is held back', async () => {
    const name = baseName(randomUUID());
    // begins as qcow2 does, and a disk says raw: nothing that other nodes may be shown
    await third.sh(
      `mkdir -p ${BASE} && chown nova:nova ${BASE} && { printf 'QFI\\373\\0\\0\\0\\003'; head -c 4096 /dev/zero; } >${BASE}/${name}`,
    );
    await putDisk(third, randomUUID(), `${BASE}/${name}`);
    const changes = await watchChanges([third]);
    const { code, plan } = await fastboot(lab, 'apply', larger);
    expect(code).toBe(5);
    const blocked = plan === undefined ? [] : planChanges(plan).filter(({ action }) => action === 'blocked');
    expect(new Set(blocked.map(({ host }) => host))).toEqual(new Set(['compute03']));
    expect(await changes()).toEqual({});
    expect(await backend.sh('cat /etc/fastboot/link-sync.json')).toContain(name);
    await third.sh(`rm -r ${BASE}/${name} /var/lib/nova/instances/*-*`);
  });

  it('a base file that appears between plan and mount is never hidden', async () => {
    const name = baseName(randomUUID());
    let late: Promise<unknown> | undefined;
    const { code, stdout } = await lab.fastboot(['apply', larger, '--yes', '--json'], {
      onLine: (line) => {
        // the package takes a while, and the mount comes after it
        if (line.includes('"change.start"') && line.includes('package nfs-common'))
          late ??= third.sh(`mkdir -p ${BASE} && echo base >${BASE}/${name}`);
      },
    });
    await late;
    expect(code, stdout).toBe(5);
    expect(await mountAt(third, BASE)).toBeUndefined();
    expect(
      await third.sh(
        `cat ${BASE}/${name}; systemctl is-active nova-compute; grep -c ${BASE} /etc/fstab || :`,
      ),
    ).toBe('base\nactive\n0\n');
    await third.sh(`rm ${BASE}/${name}`);
  });

  it('by a saved plan changes that node and the export, and restarts nothing on the others', async () => {
    const before = await Promise.all(computes.map(unitStarts));
    const file = join(lab.dir, 'plan.json');
    expect((await fastboot(lab, 'plan', larger, '--out', file)).code).toBe(0);
    const { code, plan, trouble } = await fastboot(lab, 'apply', file);
    expect(code, trouble).toBe(0);
    const touched = planned(plan).filter((change) => !change.startsWith('compute03 '));
    expect(touched.filter((change) => !/nfs_export|link-sync/.test(change))).toEqual([]);
    expect(await Promise.all(computes.map(unitStarts))).toEqual(before);
    expect(await third.sh(`ls ${BASE}; systemctl is-active nova-compute`)).toBe(
      `${baseName(firstImage)}\nactive\n`,
    );
  });
});
