import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { clock } from '../../../src/facts/clock.ts';
import { content } from '../../../src/facts/content.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { nfsKernel } from '../../../src/facts/nfs-kernel.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { exportLines, nfsServer } from '../../../src/facts/nfs-server.ts';
import { nova } from '../../../src/facts/nova.ts';
import { novaUsers } from '../../../src/facts/nova-users.ts';
import { mayVmsReadNfs } from '../../../src/facts/nfs-selinux.ts';
import { os } from '../../../src/facts/os.ts';
import { path } from '../../../src/facts/path.ts';
import { folderLocation } from '../../../src/facts/folder-location.ts';
import { tcpReachability } from '../../../src/facts/tcp-reachability.ts';
import { resolved, route } from '../../../src/facts/route.ts';
import { accessControl, firewalls } from '../../../src/facts/security.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import type { Settings } from '../../../src/inventory/settings.ts';
import { poolQueries } from '../../../src/pool/queries.ts';
import {
  CACHE,
  CONFIG,
  IMAGES,
  INSTANCES,
  NOVA_UNITS,
  STORAGE,
  answer,
  base,
  debianNova,
  derive,
  disks,
  folder,
  makeHost,
  makeInventory,
  overlay,
} from '../fixture.ts';
import type { Answers } from '../fixture.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

describe('healthy hosts', () => {
  const inventory = makeInventory(2);
  const view = derive(inventory);

  test('nothing is found but what cannot be told without Glance', () => {
    expect(view.findings.map(({ host, severity, check }) => [host, severity, check])).toEqual([
      ['nfs01', 'notice', 'openrc'],
    ]);
    expect(view.findings[0]?.finding).toContain('a crash cut short looks complete');
  });

  test('every query that is read is asked for', () => {
    for (const host of inventory.hosts) expect(poolQueries(inventory, host).length).toBeGreaterThan(8);
  });

  test('variables of the backend', () => {
    const { pool, os: system } = view.vars('nfs01') as Record<string, Record<string, unknown>>;
    expect(system).toEqual({
      family: 'debian',
      id: 'debian',
      version: '12',
      kernel: '6.1.0-9',
      systemd: true,
      packages: { nfs_client: 'nfs-common', nfs_server: 'nfs-kernel-server', python: 'python3' },
      units: {
        glance_api: 'glance-api.service',
        nfs_server: 'nfs-server.service',
        nova_compute: 'nova-compute.service',
      },
    });
    const { link_sync_config: text, ...rest } = pool ?? {};
    expect(rest).toEqual({
      adopted: [],
      images: IMAGES,
      cache: CACHE,
      mode: '0644',
      parent: '/var/lib/glance',
      link_sync_families: 'AF_UNIX',
      address: STORAGE,
      source: `${STORAGE}:${CACHE}`,
      gid: 64060,
      owner: '64055:104',
      clients: ['198.51.100.21', '198.51.100.22'],
      openrc: null,
      hold: [],
      schedule: 'systemd',
      interval: 10,
      threads: 16,
      vers3: false,
      unmanaged_exports: [],
      cron_linkers: [],
    });
    expect(text).toBe(`{
  "images": "${IMAGES}",
  "cache": "${CACHE}",
  "owner": "64055:104",
  "mode": "0644",
  "cacheOwner": "0:64060",
  "cacheMode": "1775",
  "interval": 10,
  "settle": 10,
  "openrc": null,
  "glanceAway": "wait",
  "hold": [],
  "state": "/var/lib/fastboot/link-sync.json",
  "log": "/var/log/fastboot/link-sync.log"
}
`);
  });

  test('variables of a compute node', () => {
    const { nova: own, gate, pool } = view.vars('c1') as Record<string, Record<string, unknown>>;
    expect(own).toEqual({
      unit: 'nova-compute.service',
      copies: [],
      uid: 64060,
      gid: 64060,
      instances: INSTANCES,
      base: `${INSTANCES}/_base`,
      mount_unit: 'var-lib-nova-instances-_base.mount',
      drop_in: '/etc/nova/nova.conf.d/fastboot.conf',
      overrides: [],
      may_cover: 'empty',
      aliases: [],
      keeps_base_files: false,
    });
    expect(gate).toEqual({ base: `"${INSTANCES}/_base"`, mounts: `"nfs4 ${STORAGE}:${CACHE}"` });
    expect(pool?.['mount_options']).toBe('vers=4.2,hard,lookupcache=positive,_netdev,nofail');
  });

  test('a host that was not read has the pool only', () => {
    expect(Object.keys(derive(inventory, {}, ['c2']).vars('c2'))).toEqual(['pool']);
  });
});

/** Findings as `host severity check`, without mere notices. */
const found = (
  inventory = makeInventory(2),
  over: Readonly<Record<string, Answers>> = {},
  unread: readonly string[] = [],
) =>
  derive(inventory, over, unread)
    .findings.filter(({ severity }) => severity !== 'notice')
    .map(({ host, severity, check }) => `${host} ${severity} ${check}`);

const rootMount = { id: 20, parent: 1, root: '/', path: '/', type: 'ext4', source: '/dev/sda1', options: [] };
const at = (id: number, where: string, type = 'ext4', source = '/dev/sdb') => ({
  id,
  parent: 20,
  root: '/',
  path: where,
  type,
  source,
  options: [],
});
const route10 = (over: object) =>
  answer(route({ address: STORAGE }), {
    address: STORAGE,
    local: false,
    source: '198.51.100.21',
    device: 'eth0',
    speed: 10000,
    ...over,
  });

test.each<[string, Answers, string[]]>([
  [
    'no images folder',
    [answer(folderLocation({ path: IMAGES }), folder('/var/lib', { kind: 'absent' }))],
    ['nfs01 block images-folder'],
  ],
  [
    'images is a file',
    [answer(folderLocation({ path: IMAGES }), folder('/var/lib/glance', { kind: 'other' }))],
    ['nfs01 block images-folder'],
  ],
  [
    'images on NFS',
    [
      answer(folderLocation({ path: IMAGES }), folder(IMAGES, { kind: 'remote' })),
      answer(mounts({}), [rootMount, at(30, IMAGES, 'nfs4', 'h:/x')]),
    ],
    ['nfs01 block images-folder'],
  ],
  [
    'images on a cluster file system',
    [answer(mounts({}), [rootMount, at(30, '/var/lib/glance', 'ceph', 'm:/x')])],
    ['nfs01 block images-folder'],
  ],
  [
    'images is a mount of its own',
    [answer(mounts({}), [rootMount, at(30, IMAGES)])],
    ['nfs01 block one-mount'],
  ],
  ['one mount for both, on its own', [answer(mounts({}), [rootMount, at(30, '/var/lib/glance')])], []],
  [
    'images and cache linked to different disks',
    [
      answer(folderLocation({ path: CACHE }), folder('/data/cache')),
      answer(mounts({}), [rootMount, at(30, '/data')]),
    ],
    ['nfs01 block one-mount'],
  ],
  [
    'one mount, but two subvolumes',
    [answer(folderLocation({ path: CACHE }), folder(CACHE, { device: 2 }))],
    ['nfs01 block one-mount'],
  ],
  [
    'an odd file system',
    [answer(mounts({}), [{ ...rootMount, type: 'overlay' }])],
    ['nfs01 warning file-system'],
  ],
  [
    'no NFS server in the kernel',
    [answer(nfsKernel({}), { server: false, client: true, modules: true })],
    ['nfs01 block nfs-kernel'],
  ],
  [
    'few GiB',
    [
      answer(
        folderLocation({ path: IMAGES }),
        folder(IMAGES, { space: { total: 100 * 1024 ** 2, free: 19 * 1024 ** 2 } }),
      ),
    ],
    ['nfs01 warning space'],
  ],
  [
    'few percent',
    [
      answer(
        folderLocation({ path: IMAGES }),
        folder(IMAGES, { space: { total: 1000 * 1024 ** 2, free: 99 * 1024 ** 2 } }),
      ),
    ],
    ['nfs01 warning space'],
  ],
  [
    'df hangs',
    [answer(folderLocation({ path: IMAGES }), folder(IMAGES, { space: null }))],
    ['nfs01 unknown space'],
  ],
  ['a foreign storage address', [route10({})], ['nfs01 warning storage-address']],
  [
    'SELinux',
    [answer(accessControl({}), { selinux: 'enforcing', apparmor: false })],
    ['nfs01 unknown selinux'],
  ],
  ['a firewall that lets the nodes in', [answer(firewalls({}), ['firewalld'])], []],
  [
    'a dangerous export',
    [
      answer(exportLines({}), [
        { file: '/etc/exports', line: 3, text: '/var/lib/glance *(rw,no_root_squash)' },
      ]),
    ],
    ['nfs01 warning exports'],
  ],
  [
    "fastboot's own export",
    [answer(exportLines({}), [{ file: '/etc/exports.d/fastboot.exports', line: 3, text: `${CACHE} *(rw)` }])],
    [],
  ],
  [
    'an openrc for all to read',
    [
      answer(path({ path: '/root/admin-openrc' }), {
        kind: 'file',
        mode: '0644',
        uid: 0,
        gid: 0,
        owner: 'root',
        group: 'root',
        size: 1,
      }),
    ],
    ['nfs01 warning openrc'],
  ],
  ['damaged configuration, but all nodes were read', [answer(content({ path: CONFIG }), '{')], []],
])('backend: %s', (_, answers, expected) => {
  expect(found(makeInventory(2), { nfs01: answers })).toEqual(expected);
});

const users = (ids: string, hypervisor: string | null = '64055:104') => {
  const make = (name: string, text: string) => ({
    name,
    uid: Number(text.split(':')[0]),
    gid: Number(text.split(':')[1]),
  });
  return answer(novaUsers({}), {
    nova: ids === '' ? null : make('nova', ids),
    hypervisor: hypervisor === null ? null : make('libvirt-qemu', hypervisor),
  });
};
const config = (lines: readonly string[]) =>
  answer(nova(NOVA_UNITS), { ...debianNova, files: [{ path: '/etc/nova/nova.conf', lines }] });
const files = (kind: 'folder' | 'mounted' | 'remote', names: readonly string[] = []) =>
  answer(baseFiles({ instances: INSTANCES }), base(kind, names));

test.each<[string, Answers, string[]]>([
  ['no nova user', [users('')], ['c1 block nova-user']],
  ['no nova service', [answer(nova(NOVA_UNITS), { ...debianNova, units: [] })], ['c1 block nova-service']],
  [
    'no NFS client in the kernel',
    [answer(nfsKernel({}), { server: true, client: false, modules: false })],
    ['c1 block nfs-kernel'],
  ],
  [
    'the backend is loopback here',
    [route10({ address: '127.0.1.1', local: true })],
    ['c1 block storage-address'],
  ],
  ['the backend is this host', [route10({ local: true })], ['c1 block storage-address']],
  [
    'no route',
    [route10({ source: null, device: null, speed: null })],
    ['c1 block export-address', 'c1 warning storage-address'],
  ],
  ['slow', [route10({ speed: 1000 })], ['c1 warning link-speed']],
  ['unknown speed', [route10({ speed: null })], ['c1 unknown link-speed']],
  ['base files that nobody uses', [files('folder', [A, 'x.part'])], ['c1 warning base-files']],
  ['an empty base folder', [files('folder')], []],
  ['a live pool, with files below', [files('mounted', [A])], []],
  ['instances on a network mount', [files('remote')], ['c1 block shared-instances']],
  [
    'instances elsewhere',
    [config(['[DEFAULT]', 'instances_path = /srv/i'])],
    ['nfs01 warning migration', 'c1 block instances-path'],
  ],
  [
    'another name for _base',
    [config(['[image_cache]', 'subdirectory_name = _base_1'])],
    ['c1 block instances-path'],
  ],
  ['flat images', [config(['[libvirt]', 'images_type = raw'])], ['c1 warning images-type']],
  ['rbd', [config(['[libvirt]', 'images_type = rbd'])], ['c1 block images-type']],
  [
    'port filtered',
    [answer(tcpReachability({ address: STORAGE, port: 2049 }), 'timeout')],
    ['c1 warning nfs-port'],
  ],
  [
    'port rejected',
    [answer(tcpReachability({ address: STORAGE, port: 2049 }), 'unreachable')],
    ['c1 warning nfs-port'],
  ],
  [
    'nothing to try the port with',
    [answer(tcpReachability({ address: STORAGE, port: 2049 }), 'unknown')],
    ['c1 unknown nfs-port'],
  ],
  [
    'its own name',
    [
      answer(os({}), {
        family: 'debian',
        id: 'debian',
        version: '12',
        kernel: '6',
        hostname: 'c1',
        resolvesOwnName: false,
        systemd: true,
      }),
    ],
    ['c1 warning names'],
  ],
  ['clock ahead', [answer(clock({}), { seconds: 1002.1, services: ['chronyd'] })], ['c1 warning clock']],
  ['clock just right', [answer(clock({}), { seconds: 1001.9, services: ['chronyd'] })], []],
  ['no clock', [answer(clock({}), { seconds: null, services: ['ntpd'] })], ['c1 unknown clock']],
  [
    'nobody keeps the clock',
    [answer(clock({}), { seconds: 1000, services: [] })],
    ['c1 warning time-service'],
  ],
  [
    'SELinux without its switch',
    [answer(accessControl({}), { selinux: 'enforcing', apparmor: false }), answer(mayVmsReadNfs({}), false)],
    ['c1 warning selinux'],
  ],
  ['VMs run as nova', [users('64060:64060', '64060:64060')], ['c1 block owner']],
  ['no hypervisor user', [users('64060:64060', null)], ['nfs01 warning owner']],
])('compute node: %s', (_, answers, expected) => {
  expect(found(makeInventory(2), { c1: answers })).toEqual(expected);
});

describe('all hosts together', () => {
  test('nodes that disagree about nova refuse the run, with a table', () => {
    const view = derive(makeInventory(2), { c2: [users('162:162')] });
    const blocking = view.findings.filter(({ severity }) => severity === 'block');
    expect(blocking.map(({ host, severity, check }) => `${host} ${severity} ${check}`)).toEqual([
      'nfs01 block nova-ids',
      'c1 block nova-ids',
      'c2 block nova-ids',
    ]);
    expect(view.findings[0]?.finding).toContain('64060:64060  c1\n  162:162  c2');
    expect(view.vars('nfs01')).toMatchObject({ pool: { clients: [] } });
  });

  const pinned = JSON.stringify({ owner: '64055:104', cacheOwner: '0:64060', hold: [A] });

  test('with a pool, a stranger is blocked alone, and has no say in the owner', () => {
    const over = { nfs01: [answer(content({ path: CONFIG }), pinned)], c2: [users('162:162', '107:107')] };
    expect(found(makeInventory(2), over)).toEqual(['c2 block nova-ids']);
    expect(derive(makeInventory(2), over).vars('nfs01')).toMatchObject({
      pool: { gid: 64060, owner: '64055:104', clients: ['198.51.100.21'] },
    });
  });

  test("a cache folder that fastboot made pins nova's gid too", () => {
    const made = answer(folderLocation({ path: CACHE }), folder(CACHE, { gid: 500, mode: '1775' }));
    expect(found(makeInventory(1), { nfs01: [made] })).toContain('c1 block nova-ids');
    const foreign = answer(folderLocation({ path: CACHE }), folder(CACHE, { gid: 500, mode: '0755' }));
    expect(found(makeInventory(1), { nfs01: [foreign] })).toEqual([]);
  });

  test('names in local base folders are held; a node that was not read keeps what is held', () => {
    const used = answer(instanceDisks({ instances: INSTANCES }), disks([overlay('vm/disk', B, 'raw')]));
    const over = {
      nfs01: [answer(content({ path: CONFIG }), pinned)],
      c1: [files('folder', [B, 'x']), used],
    };
    expect(derive(makeInventory(2), over, ['c2']).vars('nfs01')).toMatchObject({ pool: { hold: [A, B] } });
    expect(derive(makeInventory(2), over).vars('nfs01')).toMatchObject({ pool: { hold: [B] } });
  });

  test('a damaged configuration blocks while a node cannot be asked', () => {
    expect(found(makeInventory(2), { nfs01: [answer(content({ path: CONFIG }), '{')] }, ['c2'])).toContain(
      'nfs01 block link-sync-config',
    );
  });

  test('a node that cannot reach the port makes a firewall on the backend worth a word', () => {
    const over = {
      nfs01: [answer(firewalls({}), ['nftables'])],
      c2: [answer(tcpReachability({ address: STORAGE, port: 2049 }), 'timeout')],
    };
    expect(found(makeInventory(2), over)).toEqual(['nfs01 warning nfs-firewall', 'c2 warning nfs-port']);
  });

  test('a refused connection is a finding only once the server runs', () => {
    const over = { nfs01: [answer(nfsServer({}), { threads: 8, versions: ['4.2'], clients: [] })] };
    expect(found(makeInventory(1), over)).toEqual(['c1 warning nfs-port']);
  });

  test('two nodes with one export address block each other', () => {
    const nodes = [
      makeHost('c1', { storageAddress: '2001:db8::5' }),
      makeHost('c2', { storageAddress: '2001:DB8:0::5' }),
    ];
    const v6 = (source: string) => [route10({ source })];
    const inventory = makeInventory(nodes);
    const over = { c1: v6('2001:db8::5'), c2: v6('2001:db8::5') };
    expect(found(inventory, over)).toEqual(['c1 block export-address', 'c2 block export-address']);
    expect(derive(inventory, over).vars('nfs01')).toMatchObject({ pool: { clients: [] } });
  });

  test('a storage address that is a name is resolved on the backend', () => {
    const inventory = makeInventory([makeHost('c1', { storageAddress: 'c1-storage' })]);
    expect(found(inventory)).toContain('c1 block export-address');
    const known = { nfs01: [answer(resolved({ name: 'c1-storage' }), '198.51.100.21')] };
    expect(derive(inventory, known).vars('nfs01')).toMatchObject({ pool: { clients: ['198.51.100.21'] } });
    expect(found(inventory, known)).toEqual([]);
    const other = { nfs01: [answer(resolved({ name: 'c1-storage' }), '198.51.100.99')] };
    expect(found(inventory, other)).toEqual(['c1 warning export-address']);
  });

  test('NFSv3 stays where something else is exported, unless the server has it off', () => {
    const other = answer(exportLines({}), [{ file: '/etc/exports', line: 1, text: '/srv h(ro)' }]);
    const running = (versions: string[]) => answer(nfsServer({}), { threads: 8, versions, clients: [] });
    const vers3 = (...answers: Answers) =>
      (derive(makeInventory(1), { nfs01: answers }).vars('nfs01') as { pool: { vers3: boolean } }).pool.vers3;
    expect(vers3(running(['3', '4']))).toBe(false);
    expect(vers3(other, running(['3', '4']))).toBe(true);
    expect(vers3(other, running(['4']))).toBe(false);
    expect(vers3(other)).toBe(true);
  });
});

describe('settings', () => {
  const withSettings = (over: Partial<Settings>) => ({ ...defaultSettings, ...over });

  test('without a service there is no unit, and no nova user is needed', () => {
    const settings = withSettings({ nova: { instances: INSTANCES, service: 'none' } });
    const over = {
      c1: [users(''), answer(nova({ units: [] }), { units: [], running: null, files: [] })],
    };
    expect(found(makeInventory(1, settings), over)).toEqual([]);
    expect(derive(makeInventory(1, settings), over).vars('c1')).toMatchObject({
      nova: { unit: null },
      pool: { gid: 0 },
    });
  });

  test('an openrc that is named but missing is kept and told', () => {
    const settings = withSettings({
      linkSync: { ...defaultSettings.linkSync, openrc: '/root/x', schedule: 'cron' },
    });
    const inventory = makeInventory(1, settings);
    const over = { nfs01: [answer(path({ path: '/root/x' }), { kind: 'absent' })] };
    expect(found(inventory, over)).toEqual(['nfs01 warning openrc']);
    expect(derive(inventory, over).vars('nfs01')).toMatchObject({
      pool: { openrc: '/root/x', schedule: 'cron' },
    });
  });

  const openrc = (name: string, mode: string, uid = 0) =>
    answer(path({ path: name }), { kind: 'file', mode, uid, gid: 0, owner: 'x', group: 'root', size: 1 });
  const none = (name: string) => answer(path({ path: name }), { kind: 'absent' });
  const [ADMIN, KEYSTONERC] = ['/root/admin-openrc', '/root/keystonerc_admin'];
  test.each<[string, string | null, Answers, string | null, RegExp[]]>([
    [
      'one that is found is told',
      'auto',
      [openrc(ADMIN, '0600')],
      ADMIN,
      [/^notice .* \/root\/admin-openrc$/],
    ],
    [
      'the first that nobody else can read is taken',
      'auto',
      [openrc(ADMIN, '0644'), openrc(KEYSTONERC, '0600')],
      KEYSTONERC,
      [/^notice .*keystonerc_admin$/],
    ],
    [
      "somebody else's is not",
      'auto',
      [openrc(ADMIN, '0600', 1000)],
      null,
      [/^warning .*owner 1000, mode 0600/, /^notice .*cut short/],
    ],
    ['none', 'auto', [], null, [/^notice .*a crash cut short looks complete/]],
    ['not wanted', null, [openrc(ADMIN, '0600')], null, [/^notice .*a crash cut short looks complete/]],
    ['the one that is named', '/root/x', [openrc('/root/x', '0600')], '/root/x', [/^notice .*\/root\/x$/]],
    [
      'the one that is named, open to all',
      '/root/x',
      [openrc('/root/x', '0644')],
      '/root/x',
      [/^warning .*others may read/],
    ],
    ['the one that is named, missing', '/root/x', [none('/root/x')], '/root/x', [/^warning .*not a file/]],
  ])('openrc: %s', (_, setting, answers, file, said) => {
    const settings = withSettings({ linkSync: { ...defaultSettings.linkSync, openrc: setting } });
    const view = derive(makeInventory(1, settings), { nfs01: answers });
    expect(view.vars('nfs01')).toMatchObject({ pool: { openrc: file } });
    expect(view.findings).toHaveLength(said.length);
    view.findings.forEach(({ host, check, severity, finding }, n) => {
      expect([host, check]).toEqual(['nfs01', 'openrc']);
      expect(`${severity} ${finding}`).toMatch(said[n] ?? /^$/);
    });
  });

  test('the address that is mounted may be a name, or IPv6', () => {
    const named = makeInventory(1, defaultSettings, { storageAddress: undefined, address: 'nfs01.example' });
    expect(derive(named).vars('c1')).toMatchObject({ pool: { source: `nfs01.example:${CACHE}` } });
    const six = makeInventory(1, defaultSettings, { storageAddress: '2001:db8::10' });
    expect(derive(six).vars('c1')).toMatchObject({
      pool: { source: `[2001:db8::10]:${CACHE}` },
      gate: { mounts: `"nfs4 [2001:db8::10]:${CACHE}"` },
    });
  });

  test('mount options of the inventory come after the built-in ones', () => {
    const settings = withSettings({
      nfs: { ...defaultSettings.nfs, version: '4.1', threads: 24, mountOptions: ['nconnect=8', 'hard'] },
    });
    expect(derive(makeInventory(1, settings)).vars('c1')).toMatchObject({
      pool: { threads: 24, mount_options: 'vers=4.1,hard,lookupcache=positive,_netdev,nofail,nconnect=8' },
    });
  });
});
