/** The lab's hosts with NFS that is set up by hand. The suites with fastboot show most of it too. */
import { expect, it, onTestFinished } from 'vitest';
import { openLab } from './lab.ts';
import { exportsOf, mountAt } from './observe.ts';
import { ensurePackages } from './packages.ts';

/** For apt on a host without KVM, when this machine is busy. */
const busy = { timeout: 600_000 };
const base = '/var/lib/nova/instances/_base';

it('installs packages without a network, mounts over kernel NFS, and finds it all after power cuts and reboots', async () => {
  await ensurePackages();
  const lab = await openLab(['nfs01', 'compute01']);
  onTestFinished(() => lab.close());
  const [backend, compute] = [lab.host('nfs01'), lab.host('compute01')];
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install';
  await Promise.all([
    backend.sh(
      `${install} nfs-kernel-server python3 && mkdir /srv/pool && echo one >/srv/pool/file &&
      echo '/srv/pool ${compute.storageAddress}(rw,root_squash,sync,no_subtree_check)' >/etc/exports && exportfs -ra && sync`,
      busy,
    ),
    compute.sh(`${install} nfs-common`, busy),
  ]);
  expect(await exportsOf(backend)).toContain(compute.storageAddress);
  await compute.sh(
    `mkdir ${base} && echo 'nfs01:/srv/pool ${base} nfs vers=4.2,hard,_netdev,nofail 0 0' >>/etc/fstab && mount ${base}`,
  );
  expect(await compute.sh(`cat ${base}/file`)).toBe('one\n');
  expect(await mountAt(compute, base)).toMatchObject({ source: 'nfs01:/srv/pool', type: 'nfs4' });

  await backend.cutPower();
  await backend.boot();
  await compute.reboot();
  expect(await mountAt(compute, base)).toMatchObject({ source: 'nfs01:/srv/pool' });
  expect(await compute.sh(`cat ${base}/file`)).toBe('one\n');

  await compute.poweroff();
  expect(compute.running).toBe(false);
});
