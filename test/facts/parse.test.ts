import { describe, expect, test } from 'vitest';
import { group, user } from '../../src/facts/account.ts';
import { FactError } from '../../src/facts/fact.ts';
import { kernelModule, sysctl, sysctlFile } from '../../src/facts/kernel.ts';
import { mounts } from '../../src/facts/mounts.ts';
import { mountAt } from '../../src/formats/mountinfo.ts';
import { packageFact } from '../../src/facts/package.ts';
import { createState, predict } from '../../src/facts/state.ts';
import { reloadedUnits, unit } from '../../src/facts/unit.ts';
import { answer } from './read.ts';

/** Outputs as real hosts gave them. */
const DPKG = `@@package apt
nfs-common\tinstalled\t1:2.6.2-4+deb12u1
rpcbind\tconfig-files\t1.2.6-6+b1
libc6\tinstalled\t2.36-9+deb12u10
`;
const RPM = `@@package dnf
nfs-utils\tinstalled\t2.5.4-26.el9
package nova-compute is not installed
`;
const SYSTEMCTL = `@@unit
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
NeedDaemonReload=no

LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
NeedDaemonReload=no

LoadState=loaded
ActiveState=active
SubState=waiting
UnitFileState=enabled
NeedDaemonReload=yes
`;
const MOUNTINFO = `@@mounts
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
24 22 0:5 / /dev rw,nosuid shared:2 - devtmpfs udev rw,size=4049160k,mode=755
310 22 0:45 / /var/lib/nova/instances/_base rw,relatime shared:160 - nfs4 198.51.100.10:/var/lib/glance/imagecache rw,vers=4.2,rsize=1048576,hard,lookupcache=pos,addr=198.51.100.10
311 22 0:46 / /mnt/a\\040b rw,relatime shared:161 master:2 propagate_from:3 - nfs4 [fd00::1]:/x\\040y rw,vers=4.2
312 22 254:1 /srv/data /srv rw - ext4 /dev/vda1 rw
313 312 0:50 / /srv ro - tmpfs tmpfs rw
314 22 0:51 / /run/x rw - autofs  rw,fd=5
`;

describe('package', () => {
  const names = ['nfs-common', 'rpcbind', 'libc6', 'nfs-utils', 'nova-compute'].map((name) => ({ name }));

  test('dpkg: what is left of a removed package is not installed', () => {
    expect(answer(packageFact, names, DPKG).map(({ installed, version }) => [installed, version])).toEqual([
      [true, '1:2.6.2-4+deb12u1'],
      [false, ''],
      [true, '2.36-9+deb12u10'],
      [false, ''],
      [false, ''],
    ]);
  });

  test('rpm', () => {
    expect(answer(packageFact, names.slice(3), RPM)).toEqual([
      { manager: 'dnf', installed: true, version: '2.5.4-26.el9' },
      { manager: 'dnf', installed: false, version: '' },
    ]);
  });

  test('neither', () => {
    expect(answer(packageFact, names.slice(0, 1), '')).toEqual([
      { manager: 'none', installed: false, version: '' },
    ]);
  });
});

describe('unit', () => {
  const names = ['nfs-server.service', 'x.service', 'image-linker.timer'].map((name) => ({ name }));
  const last = {
    load: 'loaded',
    active: 'active',
    sub: 'waiting',
    enabled: 'enabled',
    needDaemonReload: true,
  };

  test('records in the order of the questions', () => {
    expect(answer(unit, names, SYSTEMCTL)).toEqual([
      { load: 'loaded', active: 'active', sub: 'running', enabled: 'enabled', needDaemonReload: false },
      { load: 'not-found', active: 'inactive', sub: 'dead', enabled: '', needDaemonReload: false },
      last,
    ]);
  });

  test('a template among them is not asked for', () => {
    const [, template, , other] = answer(unit, names.toSpliced(1, 0, { name: 'y@.service' }), SYSTEMCTL);
    expect([template?.load, other]).toEqual(['template', last]);
    expect(unit.fact.script([{ name: 'y@.service' }])).toBe('');
    expect(unit.fact.script([{ name: 'y@.service' }, { name: 'a.service' }])).toMatch(/-- a\.service\n/);
  });

  test('a record too few is an error, no answer a host without systemd', () => {
    expect(() => answer(unit, [...names, { name: 'z.service' }], SYSTEMCTL)).toThrow(FactError);
    expect(answer(unit, names, '').map(({ load }) => load)).toEqual([
      'no-systemd',
      'no-systemd',
      'no-systemd',
    ]);
  });

  test('daemon-reload reads every stale unit anew, and nothing else', () => {
    const state = createState(
      new Map<string, unknown>([
        [unit({ name: 'a' }).key, last],
        [sysctl({ name: 'b' }).key, '1'],
      ]),
    );
    expect(reloadedUnits(state)).toEqual([
      predict(unit({ name: 'a' }), { ...last, needDaemonReload: false }),
    ]);
    expect(reloadedUnits(state.with(reloadedUnits(state)))).toEqual([]);
  });
});

describe('mounts', () => {
  const [all = []] = answer(mounts, [{}], MOUNTINFO);

  test('are read with their options and decoded names', () => {
    expect(all).toHaveLength(7);
    expect(mountAt(all, '/var/lib/nova/instances/_base')).toMatchObject({
      type: 'nfs4',
      source: '198.51.100.10:/var/lib/glance/imagecache',
      root: '/',
    });
    expect(mountAt(all, '/var/lib/nova/instances/_base')?.options).toContain('lookupcache=pos');
    expect(mountAt(all, '/mnt/a b')).toMatchObject({ source: '[fd00::1]:/x y' });
    expect(mountAt(all, '/run/x')).toMatchObject({ type: 'autofs', source: '' });
    expect(mountAt(all, '/mnt')).toBeUndefined();
  });

  test('the uppermost of two is the one that counts', () => {
    expect(mountAt(all, '/srv')).toMatchObject({ id: 313, type: 'tmpfs' });
  });

  test('a line that is none is an error', () => {
    expect(() => answer(mounts, [{}], '@@mounts\nhello\n')).toThrow(
      'expected a line of mountinfo, got: hello',
    );
    expect(() => answer(mounts, [{}], '')).toThrow(FactError);
  });
});

describe('accounts', () => {
  const PASSWD = `@@user passwd
nova:x:64060:64060::/var/lib/nova:/bin/false
@@user groups nova
nova kvm libvirt
@@user groups nobody2
`;

  test('users and groups', () => {
    expect(answer(user, [{ name: 'nova' }, { name: 'nobody2' }], PASSWD)).toEqual([
      {
        uid: 64060,
        gid: 64060,
        home: '/var/lib/nova',
        shell: '/bin/false',
        groups: ['nova', 'kvm', 'libvirt'],
      },
      null,
    ]);
    expect(answer(group, [{ name: 'x' }, { name: 'kvm' }], '@@group group\nkvm:x:104:nova\n')).toEqual([
      null,
      { gid: 104 },
    ]);
  });
});

describe('kernel', () => {
  test('parameters by name, whatever their blanks', () => {
    const output = '@@sysctl /proc/sys/net/ipv4/tcp_rmem\n4096\t131072\t6291456';
    expect(answer(sysctl, [{ name: 'net.ipv4.tcp_rmem' }, { name: 'x' }], output)).toEqual([
      '4096 131072 6291456',
      null,
    ]);
    expect(sysctlFile('net.ipv4.conf.eth0/1.forwarding')).toBe('/proc/sys/net/ipv4/conf/eth0.1/forwarding');
  });

  test('modules by either spelling', () => {
    const output = '@@kernel-module br_netfilter\n';
    expect(answer(kernelModule, [{ name: 'br-netfilter' }, { name: 'nfs' }], output)).toEqual([true, false]);
  });
});
