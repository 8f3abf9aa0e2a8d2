import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { definitions } from '../../src/resources/definitions.ts';
import { resourceTypes } from '../../src/resources/index.ts';
import { caseNames, readCase } from './cases.ts';

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });

const COPY = {
  path: '/b/x',
  source: 'h:/x',
  owner: '1:2',
  size: 1,
  mtime: 1,
  inode: 1,
  sha256: 'a'.repeat(64),
};
const UNMANAGED = {
  path: '/srv',
  file: '/etc/exports',
  client: '*',
  options: 'rw',
  blocked_by: [],
  users: [],
  remedy: 'ask',
};
const UNDERLYING = { instances: '/i', path: '/i/_base', name: 'x', size: 1 };
const PRESENT = { ...UNDERLYING, owner: 1, group: 1 };
const ABSENT = { ...UNDERLYING, state: 'absent', mtime: 1, inode: 1, shown: true };

const COMMENTED = { path: '/etc/crontab', lines: ['a'.repeat(64)], remark: 'taken out', reason: 'it runs' };
const STORE = { path: '/s', source: 'h:/images', owner: '64062:64062', ledger: '/var/lib/l' };

/** Parameters that a type takes, besides those of its cases. */
const GOOD: Readonly<Record<string, readonly object[]>> = {
  absent: [{ path: '/etc/x' }, { path: '/etc/x.d/y', prune: true }],
  block: [
    { path: '/etc/hosts', marker: 'pool', content: 'a\nb\n' },
    { path: '/x', marker: 'm', state: 'absent' },
  ],
  command: [
    { argv: ['update-initramfs', '-u'], creates: '/var/lib/x' },
    { script: 'echo a\necho b', unless: 'test -e /x' },
  ],
  comment_out: [COMMENTED],
  cron: [
    { name: 'job', schedule: '*/5 * * * *', job: '/bin/true' },
    { name: 'job', schedule: '@reboot', job: 'x', user: 'nova' },
  ],
  directory: [{ path: '/srv', owner: 'root', group: '64060', mode: '1775' }],
  file: [{ path: '/etc/x', content: '', mode: '644' }],
  group: [{ name: 'libvirt' }, { name: 'x', gid: 0, system: true }],
  ini_option: [{ path: '/etc/nova/nova.conf', section: 'image_cache', option: 'a_b', value: '' }],
  kernel_module: [{ name: 'nfs' }],
  line: [
    { path: '/etc/hosts', line: '' },
    { path: '/x', line: 'a', match: '^a', state: 'absent', create: true },
  ],
  link: [{ path: '/etc/x', target: '../y' }],
  mount: [
    { path: '/mnt', source: 'h:/x' },
    {
      path: '/mnt',
      source: '[fd00::1]:/x',
      type: 'nfs4',
      options: ['vers=4.2', 'hard'],
      may_cover: 'anything',
    },
    { path: '/mnt', source: 'h:/x', options: 'ro,noauto', state: 'present' },
    { path: '/mnt', state: 'unmounted' },
    { path: '/mnt', state: 'absent' },
  ],
  nfs_copy: [
    COPY,
    { ...COPY, type: 'nfs4', options: 'hard', limit: 5, reason: 'why' },
    { ...COPY, limit: null },
  ],
  nfs_export: [
    { path: '/srv', options: 'rw,sync', clients: ['10.0.0.1', 'fd00::1', 'c1', '10.0.0.0/24'] },
    { path: '/srv', clients: ['10.0.0.1'], state: 'absent', host: 'c1' },
  ],
  nfs_server: [{ threads: 32, vers3: false }],
  package: [{ name: 'nfs-common' }, { name: ['a', 'libstdc++6'], state: 'present' }],
  service: [
    { name: 'x@1.service', enabled: true, state: 'started', daemon_reload: false },
    { name: 'nova-compute' },
  ],
  store_copy: [
    STORE,
    { ...STORE, type: 'nfs4', options: ['hard'], listing: '/run/l', limit: 5 },
    { ...STORE, limit: null },
  ],
  sysctl: [
    { name: 'vm.swappiness', value: 10 },
    { name: 'net.ipv4.conf.eth0/1.forwarding', value: '1 2', file: '/x' },
  ],
  underlying_file: [
    PRESENT,
    { ...PRESENT, name: 'swap_512', state: 'present' },
    ABSENT,
    { ...ABSENT, name: '.hidden' },
  ],
  unmanaged_export: [UNMANAGED],
  user: [
    { name: 'nova', groups: ['libvirt'] },
    { name: 'x', uid: 5, group: 'y', home: '/h', shell: '/s', system: true },
  ],
  wait_for: [{ path: '/x' }, { port: 2049, host: 'nfs01' }, { unit: 'x.mount', timeout: 5 }],
};

/** Parameters that a type must refuse. */
const BAD: Readonly<Record<string, readonly object[]>> = {
  absent: [
    {},
    { path: 'etc/x' },
    { path: '/a/../b' },
    { path: '/a//b' },
    { path: '/a/' },
    { path: '/a\nb' },
    { path: '/a/.' },
  ],
  block: [{ path: '/x', marker: 'a\nb' }],
  command: [
    { argv: ['x'] },
    { script: 'x' },
    { creates: '/x' },
    { argv: ['x'], script: 'y', creates: '/x' },
    { argv: ['a\0b'], creates: '/x' },
  ],
  comment_out: [{ ...COMMENTED, path: 'crontab' }],
  cron: [
    { name: 'a.b', schedule: '@daily', job: 'x' },
    { name: 'a', schedule: '* * * *', job: 'x' },
    { name: 'a', schedule: '@daily', job: 'x\ny' },
  ],
  directory: [
    { path: '/x', mode: 755 },
    { path: '/x', mode: '0999' },
    { path: '/x', owner: 'a:b' },
    { path: '/x', owner: '-R' },
  ],
  file: [{ path: '/x' }, { path: '/x', content: 5 }, { path: '/x', content: '', extra: 1 }],
  group: [{ name: '-x' }, { name: 'x', gid: '5' }],
  ini_option: [
    { path: '/x', section: 'a]b', option: 'o', value: 'v' },
    { path: '/x', section: 's', option: 'a=b', value: 'v' },
    { path: '/x', section: 's', option: 'a', value: 'v\nw' },
    { path: '/x', section: 's', option: '#a', value: 'v' },
  ],
  kernel_module: [{ name: '../x' }],
  line: [{ path: '/x', line: 'a\nb' }],
  link: [{ path: '/x' }],
  mount: [
    { path: '/mnt' },
    { path: '/mnt', state: 'present' },
    { path: '/mnt', source: 'h:/x', options: ['a,b'] },
    { path: '/mnt', source: 'h:/x y' },
    { path: '/mnt', source: 'h:/x', options: 'a b' },
  ],
  nfs_copy: [
    { ...COPY, path: 'x' },
    { ...COPY, owner: 'nova' },
    { ...COPY, sha256: 'x' },
    { ...COPY, limit: 0 },
    { path: '/b/x', source: 'h:/x' },
  ],
  nfs_export: [
    { path: '/srv', clients: ['a'] },
    { path: '/srv', clients: ['a'], state: 'present' },
    { path: '/srv', options: 'rw', clients: ['*'] },
    { path: '/srv', options: 'rw) *(rw', clients: ['a'] },
    { path: '/srv', options: 'rw', clients: ['a b'] },
    { path: '/srv', options: 'rw', clients: ['[fd00::1]'] },
  ],
  nfs_server: [{ threads: 0, vers3: false }, { threads: 8 }],
  package: [{ name: [] }, { name: '-y' }, { name: 'a b' }, { name: 'x', state: 'latest' }],
  service: [{ name: 'a b' }, { name: 'x', state: 'running' }, { name: 'x', enabled: 'yes' }],
  store_copy: [
    { ...STORE, owner: 'glance' },
    { ...STORE, ledger: 'x' },
    { path: '/s', source: 'h:/x' },
  ],
  sysctl: [
    { name: 'a b', value: 1 },
    { name: 'a', value: 'x\ny' },
  ],
  underlying_file: [
    UNDERLYING,
    { ...PRESENT, name: '../x' },
    { ...PRESENT, name: '.hidden' },
    { ...PRESENT, size: -1 },
    { ...PRESENT, inode: 1 },
    { ...UNDERLYING, state: 'absent' },
    { ...ABSENT, name: 'a/b' },
    { ...ABSENT, name: 'a\nb' },
    { ...ABSENT, shown: 'x' },
    { ...ABSENT, owner: 1 },
  ],
  unmanaged_export: [{ ...UNMANAGED, file: 'exports' }],
  user: [{ name: 'a:b' }, { name: 'x', groups: ['a,b'] }],
  wait_for: [{}, { path: '/x', port: 1 }, { port: 0 }],
};

describe.each(Object.entries(resourceTypes))('%s', (type, resource) => {
  const validate = ajv.compile({ ...resource.schema, $defs: definitions });

  test.each(GOOD[type] ?? [])('takes %j', (params) => {
    validate(params);
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each(BAD[type] ?? [])('refuses %j', (params) => {
    expect(validate(params)).toBe(false);
  });

  test.each(caseNames(type))('takes the parameters of the case %s, and no others', (name) => {
    const { params } = readCase(type, name);
    expect(validate(params)).toBe(true);
    expect(validate({ ...params, frobnicate: 1 })).toBe(false);
  });

  test('says what it is for', () => {
    expect(resource.schema).toHaveProperty('description');
    expect(resource.schema).toMatchObject({ additionalProperties: false });
  });
});
