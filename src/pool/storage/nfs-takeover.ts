import { OWN_EXPORTS_FILE } from '../../formats/nfs-paths.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { Settings } from '../../inventory/inventory.ts';
import type { Finding } from '../../core/finding.ts';
import { canonicalAddress } from '../../formats/address.ts';
import { reporters } from '../checks/check.ts';
import { exportsOthers, parseExportLines } from './nfs-exports.ts';
import type { ExportEntry } from './nfs-exports.ts';
import type { Backend, ComputeNode, Controller } from '../nodes/nodes.ts';
import { decideUnmanagedExports } from './nfs-unmanaged-exports.ts';
import type { UnmanagedExport } from './nfs-unmanaged-exports.ts';
import { linkerChecks } from '../decisions/image-linkers.ts';
import { livePool, oldMounts, poolMounts, sourceFolder } from './nfs-identity.ts';
import type { PoolIdentity } from './nfs-identity.ts';
import { liveMountChecks } from './nfs-node-checks.ts';
import { linkChecks } from '../decisions/odd-links.ts';
import { keepsOldNfs } from './nfs-version3.ts';
import { readUsers, rememberedClients } from './nfs-clients.ts';

/** A pool that was made by hand, as far as there is one. */
export interface Takeover {
  readonly identity: PoolIdentity;
  readonly cache: string;
  readonly unread: readonly string[];
  readonly entries: readonly ExportEntry[];
  /** What NFSv4 calls the pool's folder on the backend. */
  readonly folder: string;
  /** What is mounted on nodes and is the pool already, by host name. */
  readonly live: ReadonlyMap<string, Mount>;
  /** What is mounted on the stores of hosts with glance-api and is the images folder already, by host name. */
  readonly liveStores: ReadonlyMap<string, Mount>;
  /** Addresses of hosts with glance-api that have nothing of the cache mounted. */
  readonly withoutCache: readonly string[];
  /** Whether the server has to offer NFSv3. */
  readonly vers3: boolean;
  readonly checks: readonly Finding[];
}

export interface TakeoverInput {
  readonly backend: Backend;
  readonly computes: readonly ComputeNode[];
  readonly controllers: readonly Controller[];
  readonly settings: Settings;
  /** Names of all hosts with glance-api: where there are any, fastboot exports the images folder too. */
  readonly glance: readonly string[];
  /** What exports name, by host; null where unknown. */
  readonly addresses: ReadonlyMap<string, string | null>;
  readonly unread: readonly string[];
}

/** What of a pool that was made by hand is there, over all hosts that were read. Pure. */
export function readTakeover(input: TakeoverInput): Takeover {
  const { backend, computes, controllers, settings, glance, addresses, unread } = input;
  const { cache, images } = settings.pool;
  const entries = parseExportLines(backend.exports);
  const identity = identify(backend, [...computes, ...controllers], cache, entries);
  const live = new Map(
    computes.flatMap((node) => {
      const mount = livePool(node.mounts, basePath(node), identity);
      return mount === undefined ? [] : [[node.host.name, mount] as const];
    }),
  );
  const imagesIdentity = { ...identity, folders: [images, backend.images.real] };
  const liveStores = new Map(
    controllers.flatMap(({ host, mounts, store }) => {
      const mount = store === undefined ? undefined : livePool(mounts, store.real, imagesIdentity);
      return mount === undefined ? [] : [[host.name, mount] as const];
    }),
  );
  const { threads, versions } = backend.server;
  return {
    identity,
    cache,
    unread,
    entries,
    folder: sourceFolder(identity) ?? cache,
    live,
    liveStores,
    withoutCache: controllers
      .filter(({ mounts }) => poolMounts(mounts, identity).length === 0)
      .flatMap(({ host }) => addresses.get(host.name) ?? []),
    vers3: keepsOldNfs({
      others: exportsOthers(entries, cache, ...(glance.length > 0 ? [images] : [])),
      running: threads > 0,
      offered: versions.includes('3'),
      users: [
        ...oldUsers([...computes, ...controllers], identity),
        ...rememberedClients({ ...input, cache }).map(({ address }) => address),
      ],
      unread: [...unread, ...glance.filter((name) => !controllers.some(({ host }) => host.name === name))],
      alreadyOff: /^\s*vers3\s*=\s*(false|n|no|0|f)\s*$/im.test(backend.nfsConf ?? ''),
    }),
    checks: [
      ...linkChecks(backend, settings.pool),
      ...linkerChecks(backend.host.name, backend.linkers),
      ...pseudoRootChecks(backend, identity, entries),
      ...computes.flatMap((node) =>
        liveMountChecks(
          node,
          addresses.get(node.host.name) ?? null,
          identity,
          backend,
          entries.filter(({ path }) => path === cache),
        ),
      ),
    ],
  };
}

/** What becomes of the exports that others have written, once it is known which nodes get a line of their own. */
export function unmanagedExportsOf(input: {
  readonly backend: Backend;
  readonly computes: readonly ComputeNode[];
  readonly addresses: ReadonlyMap<string, string | null>;
  readonly clients: readonly string[];
  readonly takeover: Takeover;
}): readonly UnmanagedExport[] {
  const { backend, takeover, clients } = input;
  const { cache, unread, identity, entries } = takeover;
  const lines = entries
    .filter(({ file, path }) => file === OWN_EXPORTS_FILE && path === cache)
    .map(({ client }) => canonicalAddress(client));
  const users = readUsers({
    ...input,
    backend,
    identity,
    cache,
    unread,
    clients: [...new Set([...clients, ...lines, ...takeover.withoutCache])],
  });
  return decideUnmanagedExports(entries, cache, users);
}

/** With `fsid=0` somewhere else NFSv4 cannot name the pool's folder at all: mounts say "No such file or directory". */
function pseudoRootChecks(
  { host }: Backend,
  identity: PoolIdentity,
  entries: readonly ExportEntry[],
): readonly Finding[] {
  const { pseudoRoot } = identity;
  if (sourceFolder(identity) !== null || pseudoRoot === null) return [];
  const found = entries.find(({ path }) => path === pseudoRoot);
  return [
    reporters(host.name).block(
      'exports',
      `${found?.file ?? ''}:${found?.line ?? 0} exports ${pseudoRoot} with fsid=0: NFSv4 then offers only what lies below it, so that nobody can mount ${identity.folders[0] ?? ''}`,
      'take fsid=0 out of that line while no client has mounted anything of it by NFSv4 (such mounts would become stale), then run again',
    ),
  ];
}

/** Where the pool is mounted on a node, or shall be. */
export function basePath({ base, host }: ComputeNode): string {
  return base.real ?? `${host.settings.nova.instances}/_base`;
}

function identify(
  backend: Backend,
  clients: readonly (ComputeNode | Controller)[],
  cache: string,
  entries: readonly ExportEntry[],
): PoolIdentity {
  const routes = clients.flatMap(({ route }) => (route.address === null ? [] : [route.address]));
  const real = backend.cache.kind === 'folder' ? [backend.cache.real] : [];
  return {
    addresses: new Set([...backend.peers.own, ...routes].map(canonicalAddress)),
    folders: [cache, ...real],
    pseudoRoot:
      entries.find(({ options }) => options.some((each) => /^fsid=(0|root)$/.test(each)))?.path ?? null,
  };
}

function oldUsers(clients: readonly (ComputeNode | Controller)[], identity: PoolIdentity): readonly string[] {
  return clients.filter(({ mounts }) => oldMounts(mounts, identity).length > 0).map(({ host }) => host.name);
}
