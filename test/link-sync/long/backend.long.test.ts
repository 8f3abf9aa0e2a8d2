import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabHost } from '../../lab/host.ts';
import { openLab, type Lab } from '../../lab/lab.ts';
import { ensurePackages } from '../../lab/packages.ts';
import { sha1, uuid } from '../rig.ts';

/** A controller whose Glance writes over NFSv4.2 into the backend's images folder, with real kernels on both sides. */

const POOL = '/var/lib/glance';
const SETTLE = 3;
const playbooks = resolve(import.meta.dirname, '../../../playbooks');
const unit = readFileSync(resolve(playbooks, 'templates/fastboot-link-sync.service'), 'utf8')
  .replaceAll('{{ fastboot.pool.images }}', `${POOL}/images`)
  .replaceAll('{{ fastboot.pool.cache }}', `${POOL}/imagecache`)
  .replaceAll('{{ pool.parent }}', POOL)
  .replaceAll('{{ paths.link_sync }}', '/usr/local/lib/fastboot/link-sync');
const config = {
  images: `${POOL}/images`,
  cache: `${POOL}/imagecache`,
  owner: '64055:0',
  cacheOwner: '0:64060',
  cacheMode: '1775',
  settle: SETTLE,
  state: '/var/lib/fastboot/link-sync.json',
  log: '/var/log/fastboot/link-sync.log',
};

let lab: Lab;
let backend: LabHost;
let controller: LabHost;

/** A command that puts bytes into a file of the host. */
const put = (path: string, bytes: string | Buffer, mode: string): string =>
  `install -D -m ${mode} /dev/null ${path} && base64 -d >${path} <<'END'\n${Buffer.from(bytes).toString('base64')}\nEND\n`;

beforeAll(async () => {
  await ensurePackages();
  lab = await openLab(['nfs01', 'compute01']);
  backend = lab.host('nfs01');
  controller = lab.host('compute01');
  await backend.sh(
    [
      'apt-get -q -y install nfs-kernel-server python3 >/dev/null',
      `install -d -o glance -g glance ${POOL}/images; install -d ${POOL}/imagecache`,
      `exportfs -o rw,no_root_squash,no_subtree_check ${controller.storageAddress}:${POOL}/images`,
      put('/usr/local/lib/fastboot/link-sync', readFileSync(resolve(playbooks, 'files/link-sync')), '755'),
      put('/etc/fastboot/link-sync.json', JSON.stringify(config), '644'),
      put('/etc/systemd/system/fastboot-link-sync.service', unit, '644'),
      'systemctl daemon-reload && systemctl start fastboot-link-sync',
    ].join('\n'),
    { timeout: 300_000 },
  );
  await controller.sh(
    [
      'apt-get -q -y install nfs-common >/dev/null',
      `mkdir -p /mnt/images && mount -t nfs4 -o vers=4.2 ${backend.storageAddress}:${POOL}/images /mnt/images`,
    ].join('\n'),
    { timeout: 300_000 },
  );
});
afterAll(() => lab.close());

const linkOf = (id: string): string => `${POOL}/imagecache/${sha1(id)}`;
const linked = async (id: string): Promise<boolean> =>
  (await backend.exec(`test -e ${linkOf(id)}`)).code === 0;

async function untilLinked(id: string): Promise<void> {
  await backend.sh(
    `n=0; until [ -e ${linkOf(id)} ]; do n=$((n+1)); [ $n -lt 300 ] || exit 1; sleep 0.1; done`,
    {
      timeout: 120_000,
    },
  );
}

describe('Glance on another node', () => {
  test('the unit is active, hardened, and its folders lie under one mount', async () => {
    expect(await backend.sh('systemctl is-active fastboot-link-sync')).toBe('active\n');
    const { stdout } = await backend.exec('systemd-analyze security fastboot-link-sync --no-pager | tail -1');
    expect(Number(/: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(3);
    const status = await backend.exec('/usr/local/lib/fastboot/link-sync --status');
    expect(status.code, status.stdout).toBe(0);
  });

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
      const early = await linked(id);
      if (goesOn()) {
        expect(early).toBe(false);
        seen += 1;
      }
      await new Promise((done) => setTimeout(done, 500));
    }
    await writing;
    expect(seen).toBeGreaterThan(5);
    await untilLinked(id);
    expect(await backend.sh(`stat -c %s:%u:%a ${linkOf(id)}`)).toBe('600000:64055:644\n');
  });

  test('an open file is told as such', async () => {
    const id = uuid(2);
    await controller.sh(
      `echo part >/mnt/images/${id}; sleep 60 9>>/mnt/images/${id} >/dev/null 2>&1 & echo $! >/tmp/holder`,
    );
    await new Promise((done) => setTimeout(done, (SETTLE + 12) * 1000));
    expect(await linked(id)).toBe(false);
    expect(await backend.sh('/usr/local/lib/fastboot/link-sync --status || true')).toMatch(
      new RegExp(`waiting +${id}.*open for writing`),
    );
    await controller.sh('kill $(cat /tmp/holder)');
    await untilLinked(id);
  });

  test('a file renamed into place, and one deleted: the link stays', async () => {
    const id = uuid(3);
    await controller.sh(`echo whole >/mnt/images/tmp && mv /mnt/images/tmp /mnt/images/${id}`);
    await untilLinked(id);
    await controller.sh(`rm /mnt/images/${id}`);
    expect(await backend.sh(`cat ${linkOf(id)}; stat -c %h ${linkOf(id)}`)).toBe('whole\n1\n');
  });
});
