import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabHost } from '../../lab/host.ts';
import { openLab, type Lab } from '../../lab/lab.ts';
import { ensurePackages } from '../../lab/packages.ts';
import { uuid } from '../rig.ts';
import {
  POOL,
  PROGRAM,
  SERVICE,
  SETTLE,
  configure,
  imageOf,
  isLinked,
  linkOf,
  property,
  put,
  script,
  statusOf,
  template,
  untilLinked,
  untilOn,
} from './backend.ts';

/** The job on a real host, with a controller whose Glance writes over NFSv4.2 into its images folder: real kernels on both sides. */

/** A command that installs the unit with these kinds of sockets. */
const unitWith = (families: string): string =>
  `${put(`/etc/systemd/system/${SERVICE}`, template(SERVICE, { 'pool.link_sync_families': families }))}systemctl daemon-reload\n`;

let lab: Lab;
let backend: LabHost;
let controller: LabHost;

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01'], { installed: 'all' });
  backend = lab.host('nfs01');
  controller = lab.host('compute01');
  await backend.sh(
    [
      'systemctl start nfs-server',
      `install -d -o glance -g glance ${POOL}/images; install -d ${POOL}/imagecache`,
      `exportfs -o rw,no_root_squash,no_subtree_check ${controller.storageAddress}:${POOL}/images`,
      put(PROGRAM, script, '755') + configure() + unitWith('AF_UNIX'),
      `systemctl start ${SERVICE}`,
    ].join('\n'),
    { timeout: 300_000 },
  );
  await controller.sh(
    `mkdir -p /mnt/images && mount -t nfs4 -o vers=4.2 ${backend.storageAddress}:${POOL}/images /mnt/images`,
  );
});
afterAll(() => lab.close());

describe('Glance on another node', () => {
  test('a slow write is linked after its end, not while the other node has it open', async () => {
    const id = uuid(1);
    const writing = controller.sh(
      `exec 3>/mnt/images/${id}; for i in 1 2 3; do head -c 200000 /dev/urandom >&3; sync /mnt/images/${id}; sleep ${SETTLE + 1}; done; exec 3>&-`,
      { timeout: 120_000 },
    );
    const ended = new AbortController();
    void writing.finally(() => ended.abort());
    const goesOn = (): boolean => !ended.signal.aborted;
    let seen = 0;
    while (goesOn()) {
      const early = await isLinked(backend, id);
      if (goesOn()) {
        expect(early).toBe(false);
        seen += 1;
      }
      await new Promise((done) => setTimeout(done, 500));
    }
    await writing;
    expect(seen).toBeGreaterThan(5);
    await untilLinked(backend, id);
    expect(await backend.sh(`stat -c %s:%u:%a ${linkOf(id)}`)).toBe('600000:64055:644\n');
  });

  test('an open file is told as such', async () => {
    const id = uuid(2);
    await controller.sh(
      `echo part >/mnt/images/${id}; sleep 60 9>>/mnt/images/${id} >/dev/null 2>&1 & echo $! >/tmp/holder`,
    );
    await new Promise((done) => setTimeout(done, (SETTLE + 12) * 1000));
    expect(await isLinked(backend, id)).toBe(false);
    expect(await statusOf(backend)).toMatch(new RegExp(`waiting +${id}.*open for writing`));
    await controller.sh('kill $(cat /tmp/holder)');
    await untilLinked(backend, id);
  });

  test('a file renamed into place, and one deleted: the link stays', async () => {
    const id = uuid(3);
    await controller.sh(`echo whole >/mnt/images/tmp && mv /mnt/images/tmp /mnt/images/${id}`);
    await untilLinked(backend, id);
    await controller.sh(`rm /mnt/images/${id}`);
    expect(await backend.sh(`cat ${linkOf(id)}; stat -c %h ${linkOf(id)}`)).toBe('whole\n1\n');
  });
});

describe('the unit on its host', () => {
  test('it is active, hardened, and its folders lie under one mount', async () => {
    expect(await property(backend, 'ActiveState')).toBe('active');
    const { stdout } = await backend.exec(`systemd-analyze security ${SERVICE} --no-pager | tail -1`);
    expect(Number(/: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(3);
    const status = await backend.exec(`${PROGRAM} --status`);
    expect(status.code, status.stdout).toBe(0);
  });

  test('systemctl start comes back when the first pass is done', async () => {
    const id = uuid(20);
    await backend.sh(`systemctl stop ${SERVICE}; echo raw >${imageOf(id)}; systemctl start ${SERVICE}`);
    expect(await isLinked(backend, id)).toBe(true);
    expect(await property(backend, 'Type')).toBe('notify');
    expect(await property(backend, 'StatusText')).toMatch(/^\d+ images, \d+ linked/);
  });

  test('it asks Glance with the credentials in /root', async () => {
    const [id, saving] = [uuid(21), uuid(22)];
    const record = (image: string, status: string): string =>
      put(
        `/run/glance/v2/images/${image}`,
        JSON.stringify({ id: image, status, size: 4, disk_format: 'raw' }),
      );
    await backend.sh(
      [
        record(id, 'active') + record(saving, 'saving'),
        put('/root/admin-openrc', 'export OS_AUTH_TYPE=none OS_ENDPOINT=http://127.0.0.1:9292\n', '600'),
        'systemd-run -q --unit=glance python3 -m http.server 9292 --bind 127.0.0.1 --directory /run/glance',
        configure({ openrc: '/root/admin-openrc', settle: 1000 }),
        unitWith('AF_UNIX AF_INET AF_INET6'),
        `systemctl restart ${SERVICE}; echo raw >${imageOf(id)}; echo raw >${imageOf(saving)}`,
      ].join('\n'),
    );
    await untilLinked(backend, id);
    await untilOn(backend, `${PROGRAM} --status | grep -q '${saving}.*its status in Glance is saving'`);
    expect(await isLinked(backend, saving)).toBe(false);
    await backend.sh(
      `${configure()}${unitWith('AF_UNIX')} systemctl stop glance; rm ${imageOf(saving)}; systemctl restart ${SERVICE}`,
    );
  });

  test('hanging it is killed and started again, working it is left alone', async () => {
    const dropIn = `/run/systemd/system/${SERVICE}.d/quick.conf`;
    await backend.sh(
      `${put(dropIn, '[Service]\nWatchdogSec=6\nTimeoutAbortSec=2\nRestartSec=1\n')} systemctl daemon-reload; systemctl restart ${SERVICE}; sleep 15`,
    );
    expect(await property(backend, 'NRestarts')).toBe('0');
    await backend.sh(`kill -STOP $(systemctl show -p MainPID --value ${SERVICE})`);
    await untilOn(backend, `[ "$(systemctl show -p NRestarts --value ${SERVICE})" -gt 0 ]`);
    await backend.sh(`echo raw >${imageOf(uuid(23))}`);
    await untilLinked(backend, uuid(23));
    await backend.sh(`rm ${dropIn}; systemctl daemon-reload; systemctl restart ${SERVICE}`);
  });

  test('a new version in its place: no image that comes meanwhile is missed', async () => {
    const count = 60;
    const before = await backend.sh(`stat -c '%n %i' ${POOL}/imagecache/*`);
    const pid = await property(backend, 'MainPID');
    const coming = backend.sh(
      `for n in $(seq -f %012.0f 100 ${99 + count}); do echo raw >${POOL}/images/00000000-0000-4000-8000-$n; sleep 0.1; done`,
    );
    await backend.sh(
      `sleep 2; ${put(PROGRAM, `${script}# a new version\n`, '755')} systemctl restart ${SERVICE}`,
    );
    await coming;
    await untilOn(
      backend,
      `[ "$(stat -c %h ${POOL}/images/00000000-0000-4000-8000-0000000001?? | grep -cx 2)" = ${count} ]`,
    );
    expect(await property(backend, 'MainPID')).not.toBe(pid);
    expect(await backend.sh(`stat -c '%n %i' ${POOL}/imagecache/*`)).toContain(
      before.trimEnd().split('\n')[0],
    );
    expect(await property(backend, 'ActiveState')).toBe('active');
  });

  test('without systemd cron starts it; it passes every interval, and one alone', async () => {
    await backend.sh(
      [
        'apt-get -q -y install cron procps >/dev/null',
        configure({ interval: 2 }),
        `systemctl stop ${SERVICE}`,
        put('/etc/cron.d/fastboot-link-sync', template('fastboot-link-sync.cron')),
      ].join('\n'),
      { timeout: 300_000 },
    );
    const running = `pgrep -f 'python3 .*[/]link-sync --watch'`; // neither cron's shell nor the one that asks
    // cron starts another one each minute, which ends at once because the first one runs
    const instances = async (): Promise<number> => (await backend.sh(running)).trim().split('\n').length;
    await untilOn(backend, `${running} >/dev/null`, 75);
    // how many passes there were while a script looked 60 times, and how many seconds that took by this host's clock
    const looked = await backend.sh(
      'at() { sed \'s/.*"at": "\\([^"]*\\)".*/\\1/\' /var/lib/fastboot/link-sync.json.pass; }; from=$(date +%s); for n in $(seq 60); do at; sleep 0.2; done | sort -u | wc -l; echo $(($(date +%s) - from))',
    );
    const [passes = 0, elapsed = 0] = looked.split('\n').map(Number);
    expect(passes).toBeGreaterThanOrEqual(5);
    expect(passes).toBeLessThanOrEqual(elapsed / 2 + 2);
    const again = await backend.sh(`for n in 1 2 3; do ${PROGRAM} --watch --cron & done; wait`);
    expect(again).toBe('');
    expect((await backend.exec(`${PROGRAM} --once`)).stderr).toContain('another link-sync is running');
    // the unit beside it fails again and again, and starts nothing
    expect((await backend.exec(`timeout 5 systemctl start ${SERVICE}`)).code).not.toBe(0);
    await backend.sh(`systemctl stop ${SERVICE}`);
    await expect.poll(instances, { timeout: 60_000 }).toBe(1);
    await backend.sh(`${put(PROGRAM, script, '755')} echo raw >${imageOf(uuid(24))}`);
    await untilLinked(backend, uuid(24));
    await expect.poll(instances, { timeout: 60_000 }).toBe(1);
  });
});
