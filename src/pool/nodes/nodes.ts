import { NFS_CONFIG_FILE } from '../../formats/nfs-paths.ts';
import { LINK_SYNC_CONFIG_FILE, STORE_LEDGER_FILE } from '../../core/host-paths.ts';
import { memoizeLast } from '../../core/memoize.ts';
import { user } from '../../facts/account.ts';
import type { UserState } from '../../facts/account.ts';
import { baseFiles } from '../../facts/base-files.ts';
import type { BaseFiles } from '../../facts/base-files.ts';
import { clock } from '../../facts/clock.ts';
import type { Clock } from '../../facts/clock.ts';
import { content } from '../../facts/content.ts';
import type { Query, TypedQuery } from '../../facts/fact.ts';
import type { FolderFile } from '../../facts/folder-files.ts';
import { glance } from '../../facts/glance.ts';
import { folderLinks } from '../../facts/folder-links.ts';
import { linkers } from '../../facts/image-linkers.ts';
import type { Linkers } from '../../facts/image-linkers.ts';
import { kernelNfs } from '../../facts/nfs-kernel.ts';
import type { KernelNfs } from '../../facts/nfs-kernel.ts';
import { mounts } from '../../facts/mounts.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import { nova } from '../../facts/nova.ts';
import { novaContainer } from '../../facts/nova-container.ts';
import type { NovaContainer } from '../../facts/nova-container.ts';
import { instanceDisks } from '../../facts/instance-disks.ts';
import type { InstanceDisks } from '../../facts/instance-disks.ts';
import { exportLines, nfsServer } from '../../facts/nfs-server.ts';
import type { NfsServer } from '../../facts/nfs-server.ts';
import type { TextLine } from '../../formats/exports/read.ts';
import { nfsPeers } from '../../facts/nfs-peers.ts';
import type { NfsPeers } from '../../facts/nfs-peers.ts';
import { openFiles } from '../../facts/open-files.ts';
import type { OpenFiles } from '../../facts/open-files.ts';
import { novaUsers } from '../../facts/nova-users.ts';
import type { NovaUsers } from '../../facts/nova-users.ts';
import { os } from '../../facts/os.ts';
import type { Os } from '../../facts/os.ts';
import { path } from '../../facts/path.ts';
import type { PathState } from '../../facts/path.ts';
import { place } from '../../facts/place.ts';
import type { Place } from '../../facts/place.ts';
import { reach } from '../../facts/reach.ts';
import type { Reach } from '../../facts/reach.ts';
import { resolved, route } from '../../facts/route.ts';
import type { Route } from '../../facts/route.ts';
import { accessControl, firewalls } from '../../facts/security.ts';
import type { AccessControl } from '../../facts/security.ts';
import type { State } from '../../facts/state.ts';
import { storeFiles } from '../../facts/store-files.ts';
import type { StoreFiles } from '../../facts/store-files.ts';
import { virtualization } from '../../facts/virtualization.ts';
import type { Virtualization } from '../../facts/virtualization.ts';
import { clientHosts, isCompute, isController } from '../../inventory/inventory.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { isNumeric } from '../../formats/address.ts';
import { findGlanceService, glanceStore, glanceUnits } from './glance-settings.ts';
import type { GlanceService, GlanceStore } from './glance-settings.ts';
import { containerSettings } from './nova-container.ts';
import { candidateUnits, findNovaService, novaSettings } from './nova-settings.ts';
import type { NovaService, NovaSettings } from './nova-settings.ts';
import { poolFileQueries, readPoolFiles } from '../decisions/bases/pool-file.ts';
import type { PoolFiles } from '../decisions/bases/pool-file.ts';

export const NFS_PORT = 2049;

/** Where OpenStack's installers leave credentials of an administrator. */
export const OPENRC_CANDIDATES = ['/root/admin-openrc', '/root/keystonerc_admin'];

interface AnyHost {
  readonly host: Host;
  readonly os: Os;
  readonly clock: Clock;
  readonly kernel: KernelNfs;
  readonly access: AccessControl;
  readonly mounts: readonly Mount[];
  /** Towards the address that compute nodes mount. */
  readonly route: Route;
}

/** What was read of the backend. */
export interface Backend extends AnyHost {
  readonly images: Place;
  readonly cache: Place;
  readonly exports: readonly TextLine[];
  readonly server: NfsServer;
  readonly peers: NfsPeers;
  /** The text of fastboot's own configuration of the NFS server as it is now. */
  readonly nfsConf: string | null;
  readonly firewalls: readonly string[];
  /** The text of link-sync's configuration as it is now. */
  readonly linkSyncConfig: string | null;
  readonly openrc: (file: string) => PathState;
  /** A compute node's storage address in numbers, as the backend resolves it. */
  readonly resolve: (name: string) => string | null;
  readonly poolFiles: PoolFiles;
  /** What the two folders hold; null where they could not be listed. */
  readonly imageFiles: readonly FolderFile[] | null;
  readonly cacheFiles: readonly FolderFile[] | null;
  /** Symbolic links in the cache folder. */
  readonly cacheLinks: readonly string[];
  /** What may link images beside link-sync. */
  readonly linkers: Linkers;
  /** The answer to a question that came up later; undefined where it was not asked yet. */
  readonly answer: <V>(query: TypedQuery<V>) => V | undefined;
}

/** A host that mounts something from the backend. */
export interface Client extends AnyHost {
  readonly reach: Reach;
}

/** What was read of a host with glance-api. */
export interface Controller extends Client {
  readonly user: UserState;
  readonly service: GlanceService;
  readonly folder: GlanceStore;
  readonly mounts: readonly Mount[];
  /** What lies in that folder; undefined where it was not asked yet. */
  readonly store: StoreFiles | undefined;
  readonly storeQuery: Query | null;
  /** Lines about files that an earlier run has proved to be in the pool. */
  readonly moved: ReadonlySet<string>;
  readonly answer: <V>(query: TypedQuery<V>) => V | undefined;
}

/** What was read of a compute node. */
export interface ComputeNode extends Client {
  readonly users: NovaUsers;
  readonly service: NovaService;
  /** The one that nova-compute is in; null where it is a service of the host's own. */
  readonly container: NovaContainer | null;
  readonly software: Virtualization;
  readonly settings: NovaSettings;
  readonly base: BaseFiles;
  readonly disks: InstanceDisks;
  readonly open: OpenFiles;
  /** The answer to a question that came up later; undefined where it was not asked yet. */
  readonly answer: <V>(query: TypedQuery<V>) => V | undefined;
}

/** The address that compute nodes mount. */
export function storageAddress(inventory: Inventory): string {
  return inventory.backend.storageAddress ?? inventory.backend.address;
}

function commonQueries(inventory: Inventory) {
  return {
    os: os({}),
    clock: clock({}),
    kernel: kernelNfs({}),
    access: accessControl({}),
    mounts: mounts({}),
    route: route({ address: storageAddress(inventory) }),
  };
}

function namesToResolve(inventory: Inventory): readonly string[] {
  return clientHosts(inventory).flatMap(({ storageAddress: address }) =>
    address === undefined || isNumeric(address) ? [] : [address],
  );
}

function openrcFiles(inventory: Inventory): readonly string[] {
  const { openrc } = inventory.settings.linkSync;
  return openrc === null ? [] : openrc === 'auto' ? OPENRC_CANDIDATES : [openrc];
}

function backendQueries({ settings }: Inventory) {
  return {
    images: place({ path: settings.pool.images }),
    cache: place({ path: settings.pool.cache }),
    exports: exportLines({}),
    server: nfsServer({}),
    peers: nfsPeers({}),
    nfsConf: content({ path: NFS_CONFIG_FILE }),
    firewalls: firewalls({}),
    linkSyncConfig: content({ path: LINK_SYNC_CONFIG_FILE }),
    cacheLinks: folderLinks({ path: settings.pool.cache, limit: 1000 }),
    linkers: linkers({ cache: settings.pool.cache }),
    ...poolFileQueries(settings),
  };
}

function computeQueries(inventory: Inventory, { settings }: Host) {
  return {
    reach: reach({ address: storageAddress(inventory), port: NFS_PORT }),
    users: novaUsers({}),
    nova: nova({ units: candidateUnits(settings.nova.service) }),
    container: novaContainer({}),
    software: virtualization({}),
    base: baseFiles({ instances: settings.nova.instances }),
    disks: instanceDisks({ instances: settings.nova.instances }),
    open: openFiles({ folder: settings.nova.instances }),
  };
}

function controllerQueries(inventory: Inventory, { settings }: Host) {
  return {
    reach: reach({ address: storageAddress(inventory), port: NFS_PORT }),
    user: user({ name: 'glance' }),
    glance: glance({ units: glanceUnits(settings.glance.service) }),
    mounts: mounts({}),
    ledger: content({ path: STORE_LEDGER_FILE }),
  };
}

/** Everything that must be read of a host before anything can be decided, by its roles. */
export function poolQueries(inventory: Inventory, host: Host): readonly Query[] {
  const common = Object.values(commonQueries(inventory));
  if (host.name !== inventory.backend.name) {
    return [
      ...common,
      ...(isCompute(host) ? Object.values(computeQueries(inventory, host)) : []),
      ...(isController(host) ? Object.values(controllerQueries(inventory, host)) : []),
    ];
  }
  return [
    ...common,
    ...Object.values(backendQueries(inventory)),
    ...namesToResolve(inventory).map((name) => resolved({ name })),
    ...openrcFiles(inventory).map((file) => path({ path: file })),
  ];
}

function readCommon(inventory: Inventory, host: Host, state: State): AnyHost {
  const queries = commonQueries(inventory);
  return {
    host,
    os: state.read(queries.os),
    clock: state.read(queries.clock),
    kernel: state.read(queries.kernel),
    access: state.read(queries.access),
    mounts: state.read(queries.mounts),
    route: state.read(queries.route),
  };
}

/** The backend's answers; of one state always the same object, because every host that is read again asks for it. */
const readBackend = memoizeLast((state: State, inventory: Inventory): Backend => {
  const queries = backendQueries(inventory);
  return {
    ...readCommon(inventory, inventory.backend, state),
    images: state.read(queries.images),
    cache: state.read(queries.cache),
    exports: state.read(queries.exports),
    server: state.read(queries.server),
    peers: state.read(queries.peers),
    nfsConf: state.read(queries.nfsConf),
    firewalls: state.read(queries.firewalls),
    linkSyncConfig: state.read(queries.linkSyncConfig),
    openrc: (file) => state.read(path({ path: file })),
    resolve: (name) => state.read(resolved({ name })),
    poolFiles: readPoolFiles(inventory.settings, state),
    imageFiles: state.read(queries.imageFiles),
    cacheFiles: state.read(queries.cacheFiles),
    cacheLinks: state.read(queries.cacheLinks),
    linkers: state.read(queries.linkers),
    answer: answerer(state),
  };
});

/** What was read of all hosts of a run. */
export interface PoolHosts {
  readonly backend: Backend;
  readonly computes: readonly ComputeNode[];
  readonly controllers: readonly Controller[];
}

/** All hosts that were read, in the inventory's order. Throws where the backend is not among them. */
export function readHosts({
  inventory,
  states,
  unread,
}: {
  readonly inventory: Inventory;
  readonly states: ReadonlyMap<string, State>;
  readonly unread: readonly string[];
}): PoolHosts {
  const state = states.get(inventory.backend.name);
  if (state === undefined) throw new Error('the backend was not read');
  const read = <T>(hosts: readonly Host[], as: (own: State, inventory: Inventory, host: Host) => T) =>
    hosts.flatMap((host) => {
      const own = unread.includes(host.name) ? undefined : states.get(host.name);
      return own === undefined ? [] : [as(own, inventory, host)];
    });
  return {
    backend: readBackend(state, inventory),
    computes: read(inventory.compute, readCompute),
    controllers: read(inventory.glance, readController),
  };
}

const answerer =
  (state: State) =>
  <V>(query: TypedQuery<V>): V | undefined =>
    state.has(query) ? state.read(query) : undefined;

/** A controller's answers, Glance's settings already worked out; of one state always the same object. */
const readController = memoizeLast((state: State, inventory: Inventory, host: Host): Controller => {
  const queries = controllerQueries(inventory, host);
  const { service: wanted, store } = host.settings.glance;
  const said = state.read(queries.glance);
  const service = findGlanceService(wanted, said);
  const folder = glanceStore(store, said, service.kind === 'unit' ? service.unit : undefined);
  const storeQuery = folder.kind === 'folder' ? storeFiles({ path: folder.path }) : null;
  const answer = answerer(state);
  return {
    ...readCommon(inventory, host, state),
    reach: state.read(queries.reach),
    user: state.read(queries.user),
    service,
    folder,
    mounts: state.read(queries.mounts),
    store: storeQuery === null ? undefined : answer(storeQuery),
    storeQuery,
    moved: new Set((state.read(queries.ledger) ?? '').split('\n')),
    answer,
  };
});

/** A compute node's answers, Nova's settings already worked out; of one state always the same object. */
export const readCompute = memoizeLast((state: State, inventory: Inventory, host: Host): ComputeNode => {
  const queries = computeQueries(inventory, host);
  const answer = state.read(queries.nova);
  const found = state.read(queries.container);
  const service = findNovaService(host.settings.nova.service, answer, found);
  const container = service.kind === 'container' || service.kind === 'none' ? found : null;
  return {
    ...readCommon(inventory, host, state),
    reach: state.read(queries.reach),
    users: state.read(queries.users),
    service,
    container,
    software: state.read(queries.software),
    settings:
      container === null
        ? novaSettings(answer, service.kind === 'unit' ? service.unit : undefined)
        : containerSettings(container),
    base: state.read(queries.base),
    disks: state.read(queries.disks),
    open: state.read(queries.open),
    answer: answerer(state),
  };
});
