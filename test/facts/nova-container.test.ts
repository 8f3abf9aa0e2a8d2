import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { novaContainer } from '../../src/facts/nova-container.ts';
import { virtualization } from '../../src/facts/virtualization.ts';
import { makeScene, shells } from './ask.ts';
import type { Scene } from './ask.ts';
import { answer } from './read.ts';

const VOLUME = '/var/lib/docker/volumes/nova_compute/_data';
const host = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 8:2 /data /var/lib/docker rw shared:2 - xfs /dev/sdb rw
31 22 0:5 / /run rw shared:3 - tmpfs tmpfs rw
`;
const config = '[DEFAULT]\ntransport_url = rabbit://SECRET\nstate_path = /var/lib/nova\n';
const systemctl = 'echo LoadState=loaded';

/** A host with a process nova-compute whose root is `root`. */
function scene(root: 'own' | 'the same' | 'no process', more: Scene = {}) {
  const made = makeScene({
    ...more,
    files: {
      '/proc/self/mountinfo': host,
      '/proc/77/comm': root === 'no process' ? 'sshd\n' : 'nova-compute\n',
      ...more.files,
    },
  });
  symlinkSync(root === 'own' ? made.root : '/', join(made.root, 'proc/77/root'));
  return made;
}

describe.each(shells.map((shell) => ({ shell, name: shell.join(' ') })))('$name', ({ shell }) => {
  const query = novaContainer({});
  const read = (made: ReturnType<typeof makeScene>) => made.run(shell, [query]).read(query);

  test('no container: no process, or one with the host as its root', () => {
    expect(read(scene('no process'))).toBeNull();
    expect(
      read(scene('the same', { commands: { docker: 'echo must not be asked >&2; exit 1' } })),
    ).toBeNull();
  });

  test('a running one is known by its mount table, without asking its runtime', () => {
    const seen = [
      '90 80 0:99 / / rw - overlay overlay rw',
      '91 90 8:2 /data/volumes/nova_compute/_data /var/lib/nova rw master:2 - xfs /dev/sdb rw',
      '92 90 8:1 /srv/with\\040blank /mnt/shared rw shared:9 master:1 - ext4 /dev/sda1 rw',
      '93 90 0:5 / /run rw - tmpfs tmpfs rw',
      '94 90 0:77 / /nowhere rw - tmpfs tmpfs rw',
    ].join('\n');
    const made = scene('own', {
      files: { '/proc/77/mountinfo': `${seen}\n`, '/etc/kolla/nova-compute/nova.conf': config },
      folders: ['/run/systemd/system'],
      commands: { systemctl, podman: 'echo "false [oops"', docker: 'exit 1' },
    });
    const found = read(made);
    expect(found).toEqual({
      running: true,
      runtime: 'docker',
      unit: 'kolla-nova_compute-container.service',
      binds: [
        { path: '/var/lib/nova', source: VOLUME, propagation: 'slave' },
        { path: '/mnt/shared', source: '/srv/with blank', propagation: 'shared' },
        { path: '/run', source: '/run', propagation: 'private' },
      ],
      files: [
        {
          path: `${made.root}/etc/kolla/nova-compute/nova.conf`,
          lines: ['[DEFAULT]', 'state_path = /var/lib/nova'],
        },
      ],
    });
    expect(JSON.stringify(found)).not.toContain('SECRET');
  });

  const mounts = JSON.stringify([
    { Type: 'volume', Name: 'nova_compute', Source: VOLUME, Destination: '/var/lib/nova/', Propagation: '' },
    { Type: 'bind', Source: '/run', Destination: '/run', Propagation: 'rshared' },
    { Type: 'bind', Source: '/x', Destination: '/y', Propagation: 'rslave' },
    { Type: 'tmpfs', Destination: '/tmp' },
    null,
  ]);
  test.each([
    [
      'described',
      `test "$*" = "inspect --type container --format {{.State.Running}} {{json .Mounts}} nova_compute" && echo 'false ${mounts}'`,
      [
        { path: '/var/lib/nova', source: VOLUME, propagation: 'private' },
        { path: '/run', source: '/run', propagation: 'shared' },
        { path: '/y', source: '/x', propagation: 'slave' },
      ],
    ],
    ['not known to its runtime', 'echo "no such container" >&2; exit 1', []],
    ['described as something else', 'echo true; echo "[{]"', []],
  ])('a stopped one is %s', (_, podman, binds) => {
    const made = scene('no process', {
      folders: ['/etc/kolla/nova-compute'],
      commands: { docker: podman, podman },
    });
    expect(read(made)).toEqual({ running: false, runtime: 'docker', unit: null, binds, files: [] });
  });

  test.each([
    [
      'Debian',
      {
        'dpkg-query':
          'printf "installed\\tnova-compute\\t2:26.2.2-1~deb12u3\\nnot-installed\\tqemu-system-arm\\t\\nconfig-files\\tlibvirt-daemon-system\\t1\\ninstalled\\tlibvirt-daemon\\t9.0.0-4\\ninstalled\\tqemu-system-x86\\t1:7.2+dfsg-7\\n"; exit 1',
      },
      ['2:26.2.2-1~deb12u3', '9.0.0-4', '1:7.2+dfsg-7'],
    ],
    ['nothing', { 'dpkg-query': 'exit 1' }, [undefined, undefined, undefined]],
  ])('versions of packages: %s', (_, commands, expected) => {
    const made = makeScene({ files: { '/proc/self/mountinfo': host }, commands });
    const state = made.run(shell, [virtualization({})]).read(virtualization({}));
    expect([state.nova, state.libvirt, state.qemu].map((each) => each?.version)).toEqual(expected);
  });
});

test("versions of packages: rpm's answer", () => {
  const output = `@@virtualization
package nova-compute is not installed
installed\topenstack-nova-compute\t27.1.0-1.el9
installed\tqemu-kvm-core\t8.2.0-11.el9
`;
  expect(answer(virtualization, [{}], output)).toEqual([
    {
      nova: { name: 'openstack-nova-compute', version: '27.1.0-1.el9' },
      libvirt: null,
      qemu: { name: 'qemu-kvm-core', version: '8.2.0-11.el9' },
    },
  ]);
});
