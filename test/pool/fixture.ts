import { user } from '../../src/facts/account.ts';
import { baseFiles } from '../../src/facts/base-files.ts';
import type { BaseFile, BaseFiles } from '../../src/facts/base-files.ts';
import { clock } from '../../src/facts/clock.ts';
import { content } from '../../src/facts/content.ts';
import { plainDisk } from '../../src/formats/disk/reading.ts';
import type { TypedQuery } from '../../src/facts/fact.ts';
import { folderFiles } from '../../src/facts/folder-files.ts';
import { glance } from '../../src/facts/glance.ts';
import type { Glance } from '../../src/facts/glance.ts';
import { folderLinks } from '../../src/facts/folder-links.ts';
import { imageLinkers } from '../../src/facts/image-linkers.ts';
import { instanceDisks } from '../../src/facts/instance-disks.ts';
import type { DiskFile, InstanceDisks } from '../../src/facts/instance-disks.ts';
import { nfsKernel } from '../../src/facts/nfs-kernel.ts';
import { mayVmsReadNfs } from '../../src/facts/nfs-selinux.ts';
import { mounts } from '../../src/facts/mounts.ts';
import type { Mount } from '../../src/formats/mountinfo.ts';
import { nfsPeers } from '../../src/facts/nfs-peers.ts';
import { exportLines, nfsServer } from '../../src/facts/nfs-server.ts';
import { nova } from '../../src/facts/nova.ts';
import type { Nova } from '../../src/facts/nova.ts';
import { novaContainer } from '../../src/facts/nova-container.ts';
import { novaUsers } from '../../src/facts/nova-users.ts';
import { openFiles } from '../../src/facts/open-files.ts';
import { os } from '../../src/facts/os.ts';
import { path } from '../../src/facts/path.ts';
import { folderLocation } from '../../src/facts/folder-location.ts';
import type { FolderLocation } from '../../src/facts/folder-location.ts';
import { tcpReachability } from '../../src/facts/tcp-reachability.ts';
import { resolved, route } from '../../src/facts/route.ts';
import { accessControl, firewalls } from '../../src/facts/security.ts';
import { createState, predict } from '../../src/facts/state.ts';
import type { Patch, State } from '../../src/facts/state.ts';
import { storeFiles } from '../../src/facts/glance-store-files.ts';
import { virtualization } from '../../src/facts/virtualization.ts';
import { clientHosts } from '../../src/inventory/inventory.ts';
import { defaultSettings } from '../../src/inventory/settings-values.ts';
import type { Host, Inventory } from '../../src/inventory/inventory.ts';
import type { Settings } from '../../src/inventory/settings.ts';
import { STORE_LEDGER_FILE } from '../../src/core/host-paths.ts';
import { deriveApply } from '../../src/pool/apply/derive.ts';
import type { PoolView } from '../../src/pool/derivation.ts';

export const IMAGES = '/var/lib/glance/images';
export const CACHE = '/var/lib/glance/imagecache';
export const STORAGE = '198.51.100.10';
export const CONFIG = '/etc/fastboot/link-sync.json';

export function makeHost(name: string, over: Partial<Host> = {}): Host {
  return {
    name,
    address: name,
    port: 22,
    portGiven: false,
    user: undefined,
    privateKeyFile: undefined,
    become: false,
    connection: 'ssh',
    storageAddress: undefined,
    groups: [],
    settings: defaultSettings,
    vars: {},
    ...over,
  };
}

/** A backend `nfs01` and compute nodes `c1`, `c2`, … */
export function makeInventory(
  nodes: number | readonly Host[],
  settings: Settings = defaultSettings,
  backend: Partial<Host> = {},
): Inventory {
  const compute =
    typeof nodes === 'number'
      ? Array.from({ length: nodes }, (_, index) => makeHost(`c${index + 1}`, { settings }))
      : nodes;
  const first = makeHost('nfs01', { storageAddress: STORAGE, settings, ...backend });
  return {
    file: 'inventory.yaml',
    digest: '',
    backend: first,
    compute,
    glance: [],
    hosts: [first, ...compute],
    groups: {},
    settings,
  };
}

/** Answers that differ from those of a healthy host, by what they are about. */
export type Answers = readonly Patch[];

const healthyOs = (name: string) => ({
  family: 'debian' as const,
  id: 'debian',
  version: '12',
  kernel: '6.1.0-9',
  hostname: name,
  resolvesOwnName: true,
  systemd: true,
});

export const rootMount: Mount = {
  id: 20,
  parent: 1,
  root: '/',
  path: '/',
  type: 'ext4',
  source: '/dev/sda1',
  options: ['rw'],
};

export function folder(real: string, over: Partial<FolderLocation> = {}): FolderLocation {
  const space = { total: 1024 ** 3, free: 512 * 1024 ** 2 };
  return { kind: 'folder', real, device: 1, uid: 0, gid: 0, mode: '0755', space, ...over };
}

export const answer = <V>(query: TypedQuery<V>, value: V): Patch => predict(query, value);

function common(name: string, address: string): Answers {
  return [
    answer(os({}), healthyOs(name)),
    answer(clock({}), { seconds: 1000, services: ['chronyd'] }),
    answer(nfsKernel({}), { server: true, client: true, modules: true }),
    answer(accessControl({}), { selinux: 'off', apparmor: false }),
    answer(mayVmsReadNfs({}), null),
    answer(mounts({}), [rootMount]),
    answer(route({ address }), { address, local: false, source: null, device: 'eth0', speed: 10000 }),
  ];
}

export function backendAnswers(inventory: Inventory): Answers {
  const address = inventory.backend.storageAddress ?? inventory.backend.address;
  const { images, cache } = inventory.settings.pool;
  return [
    ...common('nfs01', address),
    answer(route({ address }), {
      address: STORAGE,
      local: true,
      source: STORAGE,
      device: 'eth0',
      speed: 10000,
    }),
    answer(folderLocation({ path: images }), folder(images)),
    answer(
      folderLocation({ path: cache }),
      folder(cache.slice(0, cache.lastIndexOf('/')), { kind: 'absent' }),
    ),
    answer(exportLines({}), []),
    answer(folderFiles({ path: images }), []),
    answer(folderFiles({ path: cache }), []),
    answer(nfsServer({}), { threads: 0, versions: [], clients: [] }),
    answer(nfsPeers({}), { own: [STORAGE], clients: [], unprivileged: [], remembered: [] }),
    answer(content({ path: '/etc/nfs.conf.d/fastboot.conf' }), null),
    answer(folderLinks({ path: cache, limit: 1000 }), []),
    answer(imageLinkers({ cache }), { cron: [], scripts: [], running: [] }),
    answer(firewalls({}), []),
    answer(content({ path: CONFIG }), null),
    ...['/root/admin-openrc', '/root/keystonerc_admin'].map((file) =>
      answer(path({ path: file }), { kind: 'absent' as const }),
    ),
    ...inventory.compute.flatMap(({ storageAddress }) =>
      storageAddress === undefined ? [] : [answer(resolved({ name: storageAddress }), null)],
    ),
  ];
}

export const NOVA_UNITS = { units: ['nova-compute.service', 'openstack-nova-compute.service'] };

export const debianNova: Nova = {
  units: [
    {
      name: 'nova-compute.service',
      load: 'loaded',
      active: 'inactive',
      command: ['/etc/init.d/nova-compute', 'systemd-start'],
    },
    { name: 'openstack-nova-compute.service', load: 'not-found', active: 'inactive', command: [] },
  ],
  running: null,
  files: [{ path: '/etc/nova/nova.conf', lines: ['[DEFAULT]', 'state_path = /var/lib/nova'] }],
};

export const INSTANCES = '/var/lib/nova/instances';

/** A base file of nova's. */
export const baseFile = (name: string, over: Partial<BaseFile> = {}): BaseFile => ({
  name,
  size: 1024 ** 3,
  uid: 64060,
  gid: 64060,
  mode: '0644',
  mtime: 1_700_000_000,
  id: '1:7',
  inode: 7,
  directory: false,
  ...over,
});

export function base(kind: BaseFiles['kind'], names: readonly string[] = []): BaseFiles {
  const files = names.map((name) => baseFile(name));
  return { kind, real: `${INSTANCES}/_base`, files, complete: true };
}

/** The files below Nova's folder of instances, `_base` included. */
export function disks(files: InstanceDisks['files'] = []): InstanceDisks {
  return { kind: 'folder', real: INSTANCES, files, skipped: [], complete: true };
}

/** A VM's disk on a base file. */
export function overlay(at: string, base: string, told: string | null): DiskFile {
  const backing = { name: `${INSTANCES}/_base/${base}`, format: told };
  return { path: at, size: 200_000, id: null, reading: plainDisk('qcow2', { version: 3, backing }) };
}

export function computeAnswers(inventory: Inventory, host: Host, index: number): Answers {
  const address = inventory.backend.storageAddress ?? inventory.backend.address;
  return [
    ...common(host.name, address),
    answer(route({ address }), {
      address,
      local: false,
      source: `198.51.100.${20 + index}`,
      device: 'eth0',
      speed: 10000,
    }),
    answer(tcpReachability({ address, port: 2049 }), 'refused'),
    answer(novaUsers({}), {
      nova: { name: 'nova', uid: 64060, gid: 64060 },
      hypervisor: { name: 'libvirt-qemu', uid: 64055, gid: 104 },
    }),
    answer(nova(NOVA_UNITS), debianNova),
    answer(novaContainer({}), null),
    answer(virtualization({}), { nova: null, libvirt: null, qemu: null }),
    answer(baseFiles({ instances: host.settings.nova.instances }), base('absent')),
    answer(instanceDisks({ instances: host.settings.nova.instances }), disks()),
    answer(openFiles({ folder: host.settings.nova.instances, seen: host.settings.nova.instances }), {
      users: [],
      hidden: [],
      complete: true,
    }),
  ];
}

export const GLANCE_UNITS = { units: ['glance-api.service', 'openstack-glance-api.service'] };

export const debianGlance: Glance = {
  units: [
    {
      name: 'glance-api.service',
      load: 'loaded',
      active: 'active',
      command: ['/etc/init.d/glance-api', 'systemd-start'],
    },
    { name: 'openstack-glance-api.service', load: 'not-found', active: 'inactive', command: [] },
  ],
  running: null,
  files: [{ path: '/etc/glance/glance-api.conf', lines: ['[DEFAULT]'] }],
  kolla: false,
  web: [],
};

/** A host with glance-api whose own store is empty; on a host that is a compute node too they come after its answers. */
export function controllerAnswers(inventory: Inventory, host: Host, index: number): Answers {
  const address = inventory.backend.storageAddress ?? inventory.backend.address;
  const nodeAnswers = computeAnswers(inventory, host, index).slice(0, 8);
  return [
    ...nodeAnswers,
    answer(tcpReachability({ address, port: 2049 }), 'refused'),
    answer(user({ name: 'glance' }), { uid: 64062, gid: 64062, home: '/', shell: '', groups: ['glance'] }),
    answer(glance(GLANCE_UNITS), debianGlance),
    answer(mounts({}), [rootMount]),
    answer(content({ path: STORE_LEDGER_FILE }), null),
    answer(storeFiles({ path: IMAGES }), { kind: 'folder', real: IMAGES, files: [], complete: true }),
  ];
}

/** Derives the pool of healthy hosts, but for the given answers, by host. */
export function derive(
  inventory: Inventory,
  over: Readonly<Record<string, Answers>> = {},
  unread: readonly string[] = [],
  lost: readonly string[] = [],
): PoolView {
  const state = (answers: Answers): State => createState(new Map()).with(answers);
  const states = new Map([
    [inventory.backend.name, state([...backendAnswers(inventory), ...(over['nfs01'] ?? [])])],
    ...clientHosts(inventory)
      .filter(({ name }) => !unread.includes(name))
      .map((host, index) => {
        const answers = [
          ...(inventory.compute.includes(host) ? computeAnswers(inventory, host, index + 1) : []),
          ...(inventory.glance.includes(host) ? controllerAnswers(inventory, host, index + 1) : []),
        ];
        return [host.name, state([...answers, ...(over[host.name] ?? [])])] as const;
      }),
  ]);
  return deriveApply({
    inventory,
    states,
    unread,
    lost,
    receivedAt: new Map([...states.keys()].map((name) => [name, 1000])),
  });
}
