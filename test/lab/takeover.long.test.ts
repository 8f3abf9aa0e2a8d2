import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planChanges } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { putDisk } from './disks.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { mountAt } from './observe.ts';
import { ensurePackages } from './packages.ts';
import { fastboot, planned } from './scenario.ts';

/** A pool that was made by hand, by the recipe that fastboot comes from, and that VMs read from all the time. */

const IMAGES = '/var/lib/glance/images';
const CACHE = '/var/lib/glance/imagecache';
const BASE = '/var/lib/nova/instances/_base';
const CRONTAB = '/var/spool/cron/crontabs/root';
const ETAB = '/var/lib/nfs/etab';

const baseName = (image: string): string => createHash('sha1').update(image).digest('hex');
const [whole, early] = [randomUUID(), randomUUID()];
const [right, wrong] = [baseName(whole), baseName(early)];
/** The recipe's shell variants hash what `echo` prints. */
const useless = createHash('sha1').update(`${whole}\n`).digest('hex');

const RECIPE = `import hashlib, commands
for ida in commands.getoutput("ls ${IMAGES}").split():
    commands.getoutput('ln ${IMAGES}/{0} ${CACHE}/{1}'.format(ida, hashlib.sha1(ida).hexdigest()))
`;
const JOB = '* * * * * sleep 10; . /root/admin-openrc && /usr/bin/python /root/ln_all_images.py';

/** Holds a base open as a VM of the hypervisor's user does, and reads all of it past the page cache, again and again. */
const READER = String.raw`use Fcntl; $) = "104 104"; $> = 64055;
sysopen(F, $ARGV[0], O_RDONLY | 040000) or die; my ($n, $bad, $first) = (0, 0);
while (1) {
  my $text = ""; sysseek(F, 0, 0);
  while (1) { my $got = sysread(F, my $part, 262144); if (!defined $got) { $text = "$!"; last } last if !$got; $text .= $part }
  $first //= $text; $n++; $bad++ if $text ne $first or length $text != 1048576;
  open(L, ">", "/run/reader/log"); print L "$n $bad\n"; close L; select(undef, undef, undef, 0.5);
}`;

let lab: Lab;
let backend: LabHost;
let first: LabHost;
let second: LabHost;
let stranger: LabHost;
let inventory: string;

/** A compute node as the recipe has it: a line in fstab, the mount, and a process that reads a base. */
async function byHand(host: LabHost, options: string): Promise<void> {
  await host.sh(`mkdir -p ${BASE} && chown nova:nova ${BASE}
echo 'nfs01:${CACHE} ${BASE} nfs ${options} 0 0' >>/etc/fstab && systemctl daemon-reload && mount ${BASE}
install -d -m 777 /run/reader && cat >/run/reader/read.pl <<'END'
${READER}
END
setsid perl /run/reader/read.pl ${BASE}/${right} >/run/reader/trouble 2>&1 </dev/null & echo $! >/run/reader/pid`);
}

/** How often the reader has read its base; it has never failed, nor got other bytes. */
async function reads(host: LabHost): Promise<number> {
  let before: number | undefined;
  let now = 0;
  await expect
    .poll(
      async () => {
        const text = await host.sh('cat /run/reader/log 2>/dev/null; cat /run/reader/trouble');
        const match = /^(\d+) (\d+)\n$/.exec(text);
        if (match === null) return text;
        expect(match[2], host.name).toBe('0');
        now = Number(match[1]);
        before ??= now;
        return now >= before + 2;
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true);
  return now;
}

const deferred = (plan: Plan | undefined): readonly string[] =>
  plan === undefined
    ? []
    : planChanges(plan)
        .filter(({ action }) => action === 'deferred')
        .map(({ host, type }) => `${host} ${type}`);

const inode = (path: string): Promise<string> => backend.sh(`stat -c %i ${path}`);

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01', 'compute02', 'compute03'], {
    installed: 'all',
  });
  backend = lab.host('nfs01');
  [first, second, stranger] = [lab.host('compute01'), lab.host('compute02'), lab.host('compute03')];
  inventory = lab.inventory({ hosts: ['nfs01', 'compute01', 'compute02'] });
  await backend.sh(`systemctl start nfs-server && install -d -o 64060 -g 64060 ${CACHE} && install -d -m 1730 /var/spool/cron/crontabs && cd ${IMAGES}
yes a | head -c 1048576 >${whole} && yes b | head -c 4096 >${early}
cp ${early} ${CACHE}/${wrong} && yes b | head -c 8192 >${early}
ln ${whole} ${CACHE}/${right} && ln ${whole} ${CACHE}/${useless}
chown 64055:104 ${CACHE}/* && chmod 644 ${CACHE}/* && chown glance:glance ${early} && touch -d '1 hour ago' *
cat >/root/ln_all_images.py <<'END'
${RECIPE}
END
printf '%s\\n' 'MAILTO=ops' '${JOB}' '5 4 * * * true' >${CRONTAB} && chmod 600 ${CRONTAB}
echo '${CACHE} compute01(rw,no_root_squash) *(rw,no_root_squash)' >>/etc/exports && exportfs -ra 2>/dev/null`);
  await Promise.all([byHand(first, 'defaults'), byHand(second, 'vers=3'), byHand(stranger, 'defaults')]);
  await putDisk(first, randomUUID(), `${BASE}/${right}`);
});
afterAll(() => lab.close());

describe('a pool made by hand', () => {
  it('plan names every step, and who keeps the export for everyone', async () => {
    for (const host of [first, second, stranger]) await reads(host);
    const { code, plan, trouble } = await fastboot(lab, 'plan', inventory);
    expect(code, trouble).toBe(0);
    expect(planned(plan)).toEqual(
      expect.arrayContaining([
        `nfs01 directory ${CACHE}`,
        `nfs01 unmanaged_export ${CACHE} to compute01`,
        `nfs01 comment_out ${CRONTAB}`,
        `compute01 mount ${BASE}`,
        `compute02 mount ${BASE}`,
      ]),
    );
    expect(deferred(plan)).toEqual(['nfs01 unmanaged_export', 'compute01 mount', 'compute02 mount']);
    const waiting = planChanges(plan ?? { stages: [] }).find(
      ({ type, action }) => type === 'unmanaged_export' && action === 'deferred',
    );
    expect(waiting?.reason).toContain(stranger.storageAddress);
    expect(waiting?.reason).not.toContain(first.storageAddress);
    const said = (plan?.findings ?? [])
      .filter(({ check }) => check === 'links')
      .map(({ finding }) => finding);
    expect(said).toEqual([expect.stringContaining(wrong), expect.stringContaining(useless)]);
  });

  it('apply takes it over under live readers, each of which reads on', async () => {
    const kept = await inode(`${CACHE}/${right}`);
    const old = await Promise.all([first, second].map((host) => mountAt(host, BASE)));
    const { code, trouble } = await fastboot(lab, 'apply', inventory);
    expect(code, trouble).toBe(0);
    for (const host of [first, second, stranger]) await reads(host);
    expect(await inode(`${CACHE}/${right}`)).toBe(kept);
    expect(await backend.sh(`stat -c '%a %u:%g' ${CACHE}; stat -c %s ${CACHE}/${wrong}`)).toBe(
      '1775 0:64060\n4096\n',
    );
    expect(await backend.sh(`cat ${CRONTAB}`)).toMatch(
      /^MAILTO=ops\n# taken out by fastboot.*\n# \* \* \* \* \* sleep.*\n5 4/,
    );
    expect(await backend.sh(`cat /var/lib/fastboot/backup${CRONTAB}`)).toContain(`\n${JOB}\n`);
    expect(await backend.sh('cat /etc/nfs.conf.d/fastboot.conf')).toContain('vers3=true');
    expect(await Promise.all([first, second].map((host) => mountAt(host, BASE)))).toEqual(old);
    for (const host of [first, second])
      expect(await host.sh(`grep ' ${BASE} ' /etc/fstab`)).toMatch(
        /^10\.\S+:\S+ \S+ nfs4 vers=4\.2,hard,lookupcache=positive/,
      );
    // the node's own line counts, although the other one is there
    expect((await first.exec(`touch -c ${BASE}/${right}`)).code).not.toBe(0);
    expect((await stranger.exec(`touch -c ${BASE}/${right}`)).code).toBe(0);
  });

  it('nova-compute starts on what is live', async () => {
    await Promise.all(
      [first, second].map((host) =>
        host.sh('systemctl restart nova-compute && systemctl is-active nova-compute'),
      ),
    );
  });

  it('applied again nothing is left but what waits', async () => {
    const { code, plan } = await fastboot(lab, 'apply', inventory);
    expect([code, planned(plan)]).toEqual([0, []]);
    expect(deferred(plan)).toEqual(['nfs01 unmanaged_export', 'compute01 mount', 'compute02 mount']);
  });

  it('once the stranger is gone, so is the export for everyone; the VMs read on', async () => {
    await stranger.sh(`kill $(cat /run/reader/pid); sleep 1; umount ${BASE}`);
    const { code, plan, trouble } = await fastboot(lab, 'apply', inventory);
    expect(code, trouble).toBe(0);
    expect(planned(plan)).toEqual([
      `nfs01 unmanaged_export ${CACHE} to *`,
      `nfs01 unmanaged_export ${CACHE} to *`,
    ]);
    for (const host of [first, second]) await reads(host);
    expect(await backend.sh(`grep -c '${CACHE}' ${ETAB}; grep -c '\\*(' ${ETAB} || :`)).toBe('2\n0\n');
    expect(await backend.sh('cat /etc/exports')).toMatch(
      /\n# fastboot exports it.*\n# \S+ \*\(rw,no_root_squash\)\n$/,
    );
    expect((await stranger.exec(`timeout 30 mount -o retry=0 ${BASE}`)).code).not.toBe(0);
  });

  it('at the next idle moment, by umount or reboot, all is as wanted', async () => {
    await first.sh(`kill $(cat /run/reader/pid); sleep 1; umount ${BASE}`);
    await second.reboot();
    const { code, trouble } = await fastboot(lab, 'apply', inventory);
    expect(code, trouble).toBe(0);
    for (const host of [first, second]) {
      const live = await mountAt(host, BASE);
      expect(live).toMatchObject({ type: 'nfs4', source: `${backend.storageAddress}:${CACHE}` });
      expect(live?.options).toContain('lookupcache=pos');
      expect(await host.sh('systemctl is-active nova-compute')).toBe('active\n');
    }
    expect(await backend.sh('cat /etc/nfs.conf.d/fastboot.conf')).toContain('vers3=false');
    const { plan } = await fastboot(lab, 'plan', inventory);
    expect([planned(plan), deferred(plan)]).toEqual([[], ['nfs01 nfs_server']]);
  });
});
