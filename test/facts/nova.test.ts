import { mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../src/facts/base-files.ts';
import { nova } from '../../src/facts/nova.ts';
import { makeScene, shells } from './ask.ts';

const mountinfo = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n';
const units = ['nova-compute.service', 'openstack-nova-compute.service'];

function show(pid: number, command: string): string {
  const block = (name: string, load: string, active: string, main: number, exec: string) =>
    `Id=${name}\nLoadState=${load}\nActiveState=${active}\nMainPID=${main}${exec}\n`;
  const exec = `\nExecStart={ path=/x ; argv[]=${command} ; ignore_errors=no ; pid=0 ; code=(null) ; status=0/0 }`;
  return `sed "s#ROOT#\${0%/bin/*}#" <<'END'\n${block('nova-compute.service', 'loaded', pid === 0 ? 'inactive' : 'active', pid, exec)}\n${block('openstack-nova-compute.service', 'not-found', 'inactive', 0, '')}END`;
}

const conf = `# a comment
[DEFAULT]
transport_url = rabbit://openstack:SECRET@host
instances_path = /srv/instances
  continued
my_ip = 192.0.2.1
  instances_path = /not/this

[database]
connection = mysql://nova:SECRET@db
[image_cache]
remove_unused_base_images=true\r
`;

describe.each(shells.map((shell) => ({ shell, name: shell.join(' ') })))('$name', ({ shell }) => {
  const query = nova({ units });

  test('arguments of the running process, wanted options only, no secrets', () => {
    const made = makeScene({
      files: {
        '/proc/self/mountinfo': mountinfo,
        '/proc/4711/cmdline': '',
        '/etc/nova/nova.conf': conf,
        '/etc/nova/nova.conf.d/a b.conf': '[libvirt]\nimages_type = raw\nrbd_secret_uuid = SECRET\n',
        '/etc/nova/nova.conf.d/empty.conf': '',
      },
      folders: ['/run/systemd/system'],
      commands: { systemctl: show(4711, '/usr/bin/nova-compute') },
    });
    const site = join(made.root, 'site.d');
    mkdirSync(site);
    writeFileSync(join(site, 'z.conf'), '[image_cache]\nremove_unused_base_images = no\n');
    const cmdline = [
      '/usr/bin/python3',
      '/usr/bin/nova-compute',
      '--config-file',
      `${made.root}/etc/nova/nova.conf`,
      '--log-file=/x',
      `--config-dir=${site}`,
    ];
    writeFileSync(`${made.root}/proc/4711/cmdline`, `${cmdline.join('\0')}\0`);
    const answer = made.run(shell, [query]).read(query);
    expect(answer.units).toEqual([
      { name: 'nova-compute.service', load: 'loaded', active: 'active', command: ['/usr/bin/nova-compute'] },
      { name: 'openstack-nova-compute.service', load: 'not-found', active: 'inactive', command: [] },
    ]);
    expect(answer.running).toEqual([
      '--config-file',
      `${made.root}/etc/nova/nova.conf`,
      `--config-dir=${site}`,
    ]);
    expect(answer.files).toEqual([
      {
        path: `${made.root}/etc/nova/nova.conf`,
        lines: [
          '[DEFAULT]',
          'instances_path = /srv/instances',
          '  continued',
          '[database]',
          '[image_cache]',
          'remove_unused_base_images=true\r',
        ],
      },
      { path: `${made.root}/etc/nova/nova.conf.d/a b.conf`, lines: ['[libvirt]', 'images_type = raw'] },
      { path: `${site}/z.conf`, lines: ['[image_cache]', 'remove_unused_base_images = no'] },
    ]);
    expect(JSON.stringify(answer)).not.toContain('SECRET');
  });

  test('a stopped unit: its command; files that only its arguments name are read', () => {
    const made = makeScene({
      files: {
        '/proc/self/mountinfo': mountinfo,
        '/etc/site/n.conf': '[DEFAULT]\nuse_cow_images = false\n',
      },
      folders: ['/run/systemd/system'],
      commands: { systemctl: show(0, '/usr/bin/nova-compute --config-file ROOT/etc/site/n.conf') },
    });
    const file = `${made.root}/etc/site/n.conf`;
    const answer = made.run(shell, [query]).read(query);
    expect(answer.running).toBeNull();
    expect(answer.units[0]?.command).toEqual(['/usr/bin/nova-compute', '--config-file', file]);
    expect(answer.files).toEqual([{ path: file, lines: ['[DEFAULT]', 'use_cow_images = false'] }]);
  });

  test('no systemd, no Nova', () => {
    const made = makeScene({ files: { '/proc/self/mountinfo': mountinfo } });
    expect(made.run(shell, [query]).read(query)).toEqual({
      units: [],
      running: null,
      files: [],
    });
  });

  const hostile = ['\nx\ny', 'a b', '.hidden', "it's", '-n', 'end', '*', 'tab\there', 'ü'];
  test('base files: hostile names, sizes, folders; nothing is followed', () => {
    const made = makeScene({
      files: { '/proc/self/mountinfo': mountinfo },
      folders: ['/var/inst/_base/lost+found'],
    });
    const folder = join(made.root, 'var/inst/_base');
    for (const name of hostile) writeFileSync(join(folder, name), 'four', { mode: 0o640 });
    utimesSync(join(folder, 'a b'), 0, 1_600_000_000);
    symlinkSync('nowhere', join(folder, 'dangling'));
    const ask = baseFiles({ instances: join(made.root, 'var/inst') });
    const answer = made.run(shell, [ask]).read(ask);
    expect(answer).toMatchObject({ kind: 'folder', complete: true });
    expect(answer.real).toMatch(/\/var\/inst\/_base$/);
    expect(answer.files.map(({ name }) => name).sort()).toEqual(
      [...hostile, 'dangling', 'lost+found'].sort(),
    );
    expect(answer.files.find(({ name }) => name === 'a b')).toEqual({
      name: 'a b',
      size: 4,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
      mode: '0640',
      mtime: 1_600_000_000,
      id: `${statSync(folder).dev}:${statSync(join(folder, 'a b')).ino}`,
      inode: statSync(join(folder, 'a b')).ino,
      directory: false,
    });
    expect(answer.files.find(({ name }) => name === 'lost+found')?.directory).toBe(true);
  });

  test('base files: missing folders are absent, an empty one is empty', () => {
    const made = makeScene({
      files: { '/proc/self/mountinfo': mountinfo },
      folders: ['/var/a', '/var/b/_base'],
    });
    const [none, noBase, empty] = ['none', 'a', 'b'].map((name) =>
      baseFiles({ instances: `${made.root}/var/${name}` }),
    );
    if (none === undefined || noBase === undefined || empty === undefined) throw new Error('unreachable');
    const state = made.run(shell, [none, noBase, empty]);
    expect(state.read(none)).toEqual({ kind: 'absent', real: null, files: [], complete: true });
    expect(state.read(noBase)).toMatchObject({ kind: 'absent', complete: true });
    expect(state.read(empty)).toMatchObject({ kind: 'folder', files: [], complete: true });
  });

  test('base files: a live mount is not touched; what lies below it is seen in another mount namespace', () => {
    // the stand-ins leave out the namespace: what `mount --bind` would show is what is there
    const made = makeScene({
      folders: ['/var/inst/_base'],
      commands: { unshare: 'shift\nexec "$@"', mount: 'exit 0' },
    });
    const folder = join(made.root, 'var/inst/_base');
    writeFileSync(join(folder, 'f'), '');
    mkdirSync(join(made.root, 'proc/self'), { recursive: true });
    writeFileSync(
      join(made.root, 'proc/self/mountinfo'),
      `${mountinfo}40 22 0:50 / ${folder} rw - nfs4 h:/c rw\n`,
    );
    const ask = baseFiles({ instances: join(made.root, 'var/inst') });
    const answer = made.run(shell, [ask]).read(ask);
    expect(answer).toMatchObject({ kind: 'mounted', real: folder, complete: true });
    expect(answer.files.map(({ name }) => name)).toEqual(['f']);
    writeFileSync(join(made.root, 'bin/unshare'), '#!/bin/sh\nexit 1\n');
    expect(made.run(shell, [ask]).read(ask)).toMatchObject({ kind: 'mounted', files: [], complete: false });
  });

  test('base files: all of the instances on a network mount', () => {
    const made = makeScene({
      files: { '/proc/self/mountinfo': `${mountinfo}40 22 0:50 / /nfs/inst rw - nfs h:/c rw\n` },
    });
    const ask = baseFiles({ instances: '/nfs/inst' });
    expect(made.run(shell, [ask]).read(ask)).toEqual({
      kind: 'remote',
      real: null,
      files: [],
      complete: false,
    });
  });
});
