import type { Mount } from '../../facts/mounts.ts';
import type { Check } from '../../plan/plan.ts';
import { canonicalAddress } from '../address.ts';
import { reporters } from '../check.ts';
import { EXPORTS_FILE, exportsOthers, parseExportLines } from '../exports.ts';
import type { ExportEntry } from '../exports.ts';
import type { Backend, Compute } from '../hosts.ts';
import { decideForeignExports } from './foreign-exports.ts';
import type { ForeignExport } from './foreign-exports.ts';
import { livePool, oldMounts, sourceFolder } from './live-mount.ts';
import type { PoolIdentity } from './live-mount.ts';
import { liveMountChecks } from './node-checks.ts';
import { keepsOldNfs } from './old-nfs.ts';
import { readUsers, rememberedStrangers } from './users.ts';

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
  /** Whether the server has to offer NFSv3. */
  readonly vers3: boolean;
  readonly checks: readonly Check[];
}

export interface TakeoverInput {
  readonly backend: Backend;
  readonly computes: readonly Compute[];
  /** The cache folder, as the inventory has it. */
  readonly cache: string;
  /** What exports name, by node; null where unknown. */
  readonly addresses: ReadonlyMap<string, string | null>;
  readonly unread: readonly string[];
}

/** What of a pool that was made by hand is there, over all hosts that were read. Pure. */
export function readTakeover(input: TakeoverInput): Takeover {
  const { backend, computes, cache, addresses, unread } = input;
  const entries = parseExportLines(backend.exports);
  const identity = identify(backend, computes, cache, entries);
  const live = new Map(
    computes.flatMap((node) => {
      const mount = livePool(node.mounts, basePath(node), identity);
      return mount === undefined ? [] : [[node.host.name, mount] as const];
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
    vers3: keepsOldNfs({
      others: exportsOthers(entries, cache),
      running: threads > 0,
      offered: versions.includes('3'),
      users: [...oldUsers(computes, identity), ...rememberedStrangers(input).map(({ address }) => address)],
      unread,
      alreadyOff: /^\s*vers3\s*=\s*(false|n|no|0|f)\s*$/im.test(backend.nfsConf ?? ''),
    }),
    checks: [
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
export function foreignExportsOf(input: {
  readonly backend: Backend;
  readonly computes: readonly Compute[];
  readonly addresses: ReadonlyMap<string, string | null>;
  readonly clients: readonly string[];
  readonly takeover: Takeover;
}): readonly ForeignExport[] {
  const { backend, takeover, clients } = input;
  const { cache, unread, identity, entries } = takeover;
  const lines = entries
    .filter(({ file, path }) => file === EXPORTS_FILE && path === cache)
    .map(({ client }) => canonicalAddress(client));
  const users = readUsers({
    ...input,
    backend,
    identity,
    cache,
    unread,
    clients: [...new Set([...clients, ...lines])],
  });
  return decideForeignExports(entries, cache, users);
}

/** With `fsid=0` somewhere else NFSv4 cannot name the pool's folder at all: mounts say "No such file or directory". */
function pseudoRootChecks(
  { host }: Backend,
  identity: PoolIdentity,
  entries: readonly ExportEntry[],
): readonly Check[] {
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
export function basePath({ base, host }: Compute): string {
  return base.real ?? `${host.settings.nova.instances}/_base`;
}

function identify(
  backend: Backend,
  computes: readonly Compute[],
  cache: string,
  entries: readonly ExportEntry[],
): PoolIdentity {
  const routes = computes.flatMap(({ route }) => (route.address === null ? [] : [route.address]));
  const real = backend.cache.kind === 'folder' ? [backend.cache.real] : [];
  return {
    addresses: new Set([...backend.peers.own, ...routes].map(canonicalAddress)),
    folders: [cache, ...real],
    pseudoRoot:
      entries.find(({ options }) => options.some((each) => /^fsid=(0|root)$/.test(each)))?.path ?? null,
  };
}

function oldUsers(computes: readonly Compute[], identity: PoolIdentity): readonly string[] {
  return computes.filter(({ mounts }) => oldMounts(mounts, identity).length > 0).map(({ host }) => host.name);
}
