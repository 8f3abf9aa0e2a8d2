import { describe, expect, test } from 'vitest';
import { clock } from '../../src/facts/clock.ts';
import { mayVmsReadNfs } from '../../src/facts/nfs-selinux.ts';
import { nfsKernel } from '../../src/facts/nfs-kernel.ts';
import { exportLines, nfsServer } from '../../src/facts/nfs-server.ts';
import { novaUsers } from '../../src/facts/nova-users.ts';
import { os } from '../../src/facts/os.ts';
import { folderLocation } from '../../src/facts/folder-location.ts';
import { tcpReachability } from '../../src/facts/tcp-reachability.ts';
import { resolved, route } from '../../src/facts/route.ts';
import { accessControl, firewalls } from '../../src/facts/security.ts';
import { installed } from '../programs.ts';
import { makeScene, shells } from './ask.ts';
import type { Scene } from './ask.ts';

const kernel = { '/proc/sys/kernel/osrelease': '6.1.0-9\n', '/proc/sys/kernel/hostname': 'c1\n' };
const debian = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\n';
const rocky = 'NAME="Rocky Linux"\nVERSION_ID="9.4"\nID="rocky"\nID_LIKE="rhel centos fedora"\n';
const mountinfo = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n';
const base: Scene = { files: { ...kernel, '/proc/self/mountinfo': mountinfo } };

function scene(files: Scene['files'] = {}, commands: Scene['commands'] = {}, folders: Scene['folders'] = []) {
  return makeScene({ files: { ...base.files, ...files }, commands, folders });
}

describe.each(shells.map((shell) => ({ shell, name: shell.join(' ') })))('$name', ({ shell }) => {
  test.each([
    ['debian', debian, { family: 'debian', id: 'debian', version: '12' }],
    ['rocky', rocky, { family: 'redhat', id: 'rocky', version: '9.4' }],
    ['none', '', { family: 'other', id: '', version: '' }],
  ])('os: %s', (_, release, expected) => {
    const made = scene({ '/etc/os-release': release }, { getent: 'exit 2' });
    expect(made.run(shell, [os({})]).read(os({}))).toEqual({
      ...expected,
      kernel: '6.1.0-9',
      hostname: 'c1',
      resolvesOwnName: false,
      systemd: false,
    });
  });

  test('clock: seconds in the head of the frame, services by /proc', () => {
    const made = scene(
      { '/proc/1/comm': 'systemd\n', '/proc/77/comm': 'chronyd\n' },
      { date: 'echo 1700000000.250000000' },
    );
    expect(made.run(shell, [clock({})]).read(clock({}))).toEqual({
      seconds: 1700000000.25,
      services: ['chronyd'],
    });
  });

  test.each([['echo 1700000000.N'], ['echo 1700000000.'], ['echo 1700000000']])(
    'clock without nanoseconds: %s',
    (date) => {
      const made = scene({}, { date });
      expect(made.run(shell, [clock({})]).read(clock({})).seconds).toBe(1700000000.5);
    },
  );

  test('route: source, device and speed, through a bond', () => {
    const made = scene(
      {
        '/sys/class/net/bond0/speed': '-1\n',
        '/sys/class/net/eth1/speed': '10000\n',
        '/sys/class/net/eth2/speed': '1000\n',
      },
      { ip: 'echo "198.51.100.10 dev bond0 src 198.51.100.21 uid 0 \\    cache "' },
      ['/sys/class/net/bond0/lower_eth1', '/sys/class/net/bond0/lower_eth2'],
    );
    const query = route({ address: '198.51.100.10' });
    expect(made.run(shell, [query]).read(query)).toEqual({
      address: '198.51.100.10',
      local: false,
      source: '198.51.100.21',
      device: 'bond0',
      speed: 10000,
    });
  });

  test('route: an own address has its real device; names are resolved on the host', () => {
    const made = scene(
      { '/sys/class/net/eth9/speed': '25000\n' },
      {
        getent: 'echo "198.51.100.10   STREAM nfs01"; echo "2001:db8::1 STREAM"',
        ip: 'case $3 in get) ;; esac; case "$*" in *route*) echo "local $4 dev lo table local src $4 uid 0 \\    cache <local>";; *) echo "3: eth9    inet 198.51.100.10/24 brd x scope global eth9" ;; esac',
      },
    );
    const query = route({ address: 'nfs01' });
    const names = resolved({ name: 'nfs01' });
    const state = made.run(shell, [query, names]);
    expect(state.read(query)).toEqual({
      address: '198.51.100.10',
      local: true,
      source: '198.51.100.10',
      device: 'eth9',
      speed: 25000,
    });
    expect(state.read(names)).toBe('198.51.100.10');
  });

  test('route: neither a name that does not resolve nor a missing route is an error', () => {
    const made = scene(
      {},
      { getent: 'exit 2', ip: 'echo "RTNETLINK answers: Network is unreachable" >&2; exit 2' },
    );
    const [name, number] = [route({ address: 'nowhere' }), route({ address: '203.0.113.9' })];
    const state = made.run(shell, [name, number]);
    expect(state.read(name)).toEqual({
      address: null,
      local: false,
      source: null,
      device: null,
      speed: null,
    });
    expect(state.read(number)).toMatchObject({ address: '203.0.113.9', source: null, device: null });
  });

  test.skipIf(!installed('bash')).each([
    ['exit 0', 'open'],
    ['echo "bash: connect: Connection refused"; exit 1', 'refused'],
    ['exit 124', 'timeout'],
    ['exit 143', 'timeout'],
    ['echo "bash: connect: No route to host"; exit 1', 'unreachable'],
    ['echo "bash: nfs01: Name or service not known"; exit 1', 'unresolved'],
    ['echo "bash: /dev/tcp/x/1: No such file or directory"; exit 1', 'unknown'],
  ])('reach: %s is %s', (timeout, expected) => {
    const query = tcpReachability({ address: 'x', port: 2049 });
    expect(scene({}, { timeout }).run(shell, [query]).read(query)).toBe(expected);
  });

  test.skipIf(!installed('bash'))('reach: a port that nothing listens on is refused', () => {
    const query = tcpReachability({ address: '127.0.0.1', port: 1 });
    expect(scene().run(shell, [query]).read(query)).toBe('refused');
  });

  test('place: the folder itself, a missing one, a file, a network mount', () => {
    const files = {
      '/var/lib/glance/images/a': '',
      '/proc/self/mountinfo': `${mountinfo}30 22 0:40 / /nfs/far rw - nfs4 h:/x rw\n`,
    };
    const made = scene(files, { df: 'echo head; echo "/dev/my disk 1000 900 100 90% /"' });
    const ask = (path: string) => folderLocation({ path: made.root + path });
    const [images, missing, file] = [
      ask('/var/lib/glance/images'),
      ask('/var/lib/glance/no pe/x'),
      ask('/var/lib/glance/images/a'),
    ];
    const state = made.run(shell, [images, missing, file]);
    expect(state.read(images)).toMatchObject({ kind: 'folder', space: { total: 1000, free: 100 } });
    expect(state.read(images).real).toMatch(/\/var\/lib\/glance\/images$/);
    expect(state.read(missing)).toMatchObject({ kind: 'absent', device: state.read(images).device });
    expect(state.read(missing).real).toMatch(/\/var\/lib\/glance$/);
    expect(state.read(file).kind).toBe('other');
  });

  test('place: nothing on a network mount is touched', () => {
    const made = scene(
      { '/proc/self/mountinfo': `${mountinfo}30 22 0:40 / /nfs/images rw - nfs4 h:/x rw\n` },
      { stat: 'exit 9' },
    );
    const query = folderLocation({ path: '/nfs/images/deep' });
    expect(made.run(shell, [query]).read(query)).toMatchObject({ kind: 'remote', real: '/nfs/images/deep' });
  });

  const modules = '/lib/modules/6.1.0-9';
  test.each([
    [
      'loaded',
      { '/proc/filesystems': 'nodev\tnfs\nnodev\tnfs4\nnodev\tnfsd\n\text4\n' },
      { server: true, client: true, modules: false },
    ],
    [
      'compressed modules',
      {
        '/proc/filesystems': '\text4\n',
        [`${modules}/modules.dep`]:
          'kernel/fs/nfsd/nfsd.ko.xz: kernel/fs/lockd/lockd.ko.xz\nkernel/fs/nfs/nfs.ko.xz:\n',
      },
      { server: true, client: false, modules: true },
    ],
    [
      'built in',
      {
        '/proc/filesystems': '',
        [`${modules}/modules.builtin`]: 'kernel/fs/nfs/nfs.ko\nkernel/fs/nfs/nfsv4.ko\n',
      },
      { server: false, client: true, modules: true },
    ],
    [
      'loading is locked',
      {
        '/proc/filesystems': '',
        '/proc/sys/kernel/modules_disabled': '1\n',
        [`${modules}/modules.dep`]: 'kernel/fs/nfsd/nfsd.ko:\n',
      },
      { server: false, client: false, modules: true },
    ],
  ])('kernel NFS: %s', (_, files, expected) => {
    expect(
      scene(files)
        .run(shell, [nfsKernel({})])
        .read(nfsKernel({})),
    ).toEqual(expected);
  });

  test('access control and firewalls', () => {
    const made = scene(
      {
        '/sys/fs/selinux/enforce': '1',
        '/sys/fs/selinux/booleans/virt_use_nfs': '0 0',
        '/sys/module/apparmor/parameters/enabled': 'Y\n',
        '/etc/ufw/ufw.conf': '# x\nENABLED=yes\n',
      },
      { systemctl: 'echo active; echo inactive; echo active' },
      ['/run/systemd/system'],
    );
    const state = made.run(shell, [accessControl({}), mayVmsReadNfs({}), firewalls({})]);
    expect(state.read(accessControl({}))).toEqual({ selinux: 'enforcing', apparmor: true });
    expect(state.read(mayVmsReadNfs({}))).toBe(false);
    expect(state.read(firewalls({}))).toEqual(['firewalld', 'iptables', 'ufw']);
    const none = scene().run(shell, [accessControl({}), mayVmsReadNfs({}), firewalls({})]);
    expect(none.read(accessControl({}))).toEqual({ selinux: 'off', apparmor: false });
    expect(none.read(mayVmsReadNfs({}))).toBeNull();
    expect(none.read(firewalls({}))).toEqual([]);
  });

  test('NFS server: threads, versions, clients of version 4 and connections of others', () => {
    const row = (peer: string, state = '01') =>
      `   0: 0A00020F:0801 ${peer} ${state} 00000000:00000000 00:0 0 0 0\n`;
    const made = scene({
      '/proc/fs/nfsd/threads': '8\n',
      '/proc/fs/nfsd/versions': '-2 +3 +4 +4.1 +4.2\n',
      '/proc/fs/nfsd/clients/5/info':
        'clientid: 0x1\naddress: "198.51.100.21:801"\nname: "Linux NFSv4.2 c1"\n',
      '/proc/fs/nfsd/clients/6/info': 'address: "[2001:db8::7]:901"\n',
      '/proc/net/tcp': `  sl  local\n${row('166433C6:03E1')}${row('176433C6:03E1')}${row('00000000:0000', '0A')}`,
      '/proc/net/tcp6': row('0000000000000000FFFF0000186433C6:03E1').replace('0A00020F', '0'.repeat(32)),
    });
    expect(made.run(shell, [nfsServer({})]).read(nfsServer({}))).toEqual({
      threads: 8,
      versions: ['3', '4', '4.1', '4.2'],
      clients: ['198.51.100.21', '198.51.100.22', '198.51.100.23', '198.51.100.24', '2001:db8::7'],
    });
    expect(
      scene()
        .run(shell, [nfsServer({})])
        .read(nfsServer({})),
    ).toEqual({ threads: 0, versions: [], clients: [] });
  });

  test('exports: every line of the files and of the table that is not blank', () => {
    const made = scene({
      '/etc/exports': '# none\n\n/srv/a \\\n  192.0.2.1(rw) \\\n  *(ro)\n/srv/b h(rw) # why\n',
      '/etc/exports.d/x.exports': '"/srv/my data" @net(rw)\n',
      '/var/lib/nfs/etab': '/srv/a\t192.0.2.1(rw,sync)\n',
    });
    const lines = made.run(shell, [exportLines({})]).read(exportLines({}));
    expect(lines.map(({ file, line, text }) => [file.slice(made.root.length), line, text])).toEqual([
      ['/etc/exports', 1, '# none'],
      ['/etc/exports', 3, '/srv/a \\'],
      ['/etc/exports', 4, '  192.0.2.1(rw) \\'],
      ['/etc/exports', 5, '  *(ro)'],
      ['/etc/exports', 6, '/srv/b h(rw) # why'],
      ['/etc/exports.d/x.exports', 1, '"/srv/my data" @net(rw)'],
      ['/var/lib/nfs/etab', 1, '/srv/a\t192.0.2.1(rw,sync)'],
    ]);
  });

  const passwd = 'nova:x:64060:64060::/var/lib/nova:/bin/sh\\nlibvirt-qemu:$6$secret:64055:104::/:/x\\n';
  test.each([
    ['the distribution', '#user = "root"\n', passwd, { name: 'libvirt-qemu', uid: 64055, gid: 104 }],
    [
      'qemu.conf',
      ' user = "vm-user"\n',
      `${passwd}vm-user:x:900:901::/:/x\\n`,
      { name: 'vm-user', uid: 900, gid: 901 },
    ],
    [
      'qemu.conf by number',
      'user = "+900"\n',
      `${passwd}vm-user:x:900:901::/:/x\\n`,
      { name: 'vm-user', uid: 900, gid: 901 },
    ],
    ['qemu.conf names nobody', 'user = "gone"\n', passwd, null],
  ])('the hypervisor by %s', (_, conf, text, hypervisor) => {
    const made = scene(
      { '/etc/libvirt/qemu.conf': conf },
      { getent: `printf '${text.replaceAll('$', '\\$')}'; exit 2` },
    );
    expect(made.run(shell, [novaUsers({})]).read(novaUsers({}))).toEqual({
      nova: { name: 'nova', uid: 64060, gid: 64060 },
      hypervisor,
    });
  });
});
