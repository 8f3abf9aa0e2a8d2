import type { Mount } from '../../facts/mounts.ts';
import { canonicalAddress } from '../address.ts';
import { exportsOthers, parseExportLines } from '../exports.ts';
import type { ExportEntry } from '../exports.ts';
import type { Backend, Compute } from '../hosts.ts';
import { livePool, oldMounts } from './live-mount.ts';
import type { PoolIdentity } from './live-mount.ts';
import { keepsOldNfs } from './old-nfs.ts';

/** A pool that was made by hand, as far as there is one. */
export interface Takeover {
  readonly identity: PoolIdentity;
  /** What is mounted on nodes and is the pool already, by host name. */
  readonly live: ReadonlyMap<string, Mount>;
  /** Whether the server has to offer NFSv3. */
  readonly vers3: boolean;
}

export interface TakeoverInput {
  readonly backend: Backend;
  readonly computes: readonly Compute[];
  /** The cache folder, as the inventory has it. */
  readonly cache: string;
  readonly unread: readonly string[];
}

/** What of a pool that was made by hand is there, over all hosts that were read. Pure. */
export function readTakeover({ backend, computes, cache, unread }: TakeoverInput): Takeover {
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
    live,
    vers3: keepsOldNfs({
      others: exportsOthers(entries, cache),
      running: threads > 0,
      offered: versions.includes('3'),
      users: oldUsers(computes, identity),
      unread,
      alreadyOff: /^\s*vers3\s*=\s*(false|n|no|0|f)\s*$/im.test(backend.nfsConf ?? ''),
    }),
  };
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
