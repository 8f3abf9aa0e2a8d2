/** Decides whether the server keeps offering NFS version 3. */
import { exportsOthers } from './nfs-exports.ts';
import { oldMounts } from './nfs-identity.ts';
import { rememberedClients } from './nfs-clients.ts';
import { clientsOf } from '../nodes/node.ts';
import type { NfsView } from './nfs-view.ts';

export interface Version3Case {
  /** Whether the server exports something else than the pool. */
  readonly exportsOthers: boolean;
  readonly isRunning: boolean;
  /** Whether the server offers version 3 now. */
  readonly isOffered: boolean;
  /** Clients with a live mount of version 3: hosts that were read, and unknown clients that mountd remembers. */
  readonly users: readonly string[];
  /** Clients of the inventory that were not read. */
  readonly unread: readonly string[];
  /** Whether fastboot's own settings of the server switch it off already. That was decided when every node was read. */
  readonly isOffAlready: boolean;
}

/**
 * Version 3 is switched off only when nothing but the pool is exported and nobody can have a live mount of version 3. Such
 * a mount would hang, and the VMs on it (docs/facts.md#fact-18). A client that was not read may have one. Pure.
 */
export function keepsVersion3(its: Version3Case): boolean {
  if (its.users.length > 0) return true;
  if (its.exportsOthers) return !its.isRunning || its.isOffered;
  return its.isRunning && its.isOffered && its.unread.length > 0 && !its.isOffAlready;
}

/** What the hosts that were read say about it. */
export function version3Case(view: NfsView): Version3Case {
  const { nodes, inventory, server, exports, config, cache } = view;
  const { pool } = inventory.settings;
  const clients = [...nodes.computes, ...nodes.controllers];
  const read = new Set(clientsOf(nodes).map(({ host }) => host.name));
  return {
    // where there are hosts with glance-api, fastboot exports the images too
    exportsOthers: exportsOthers(exports, pool.cache, ...(inventory.glance.length > 0 ? [pool.images] : [])),
    isRunning: server.threads > 0,
    isOffered: server.versions.includes('3'),
    users: [
      ...clients.filter(({ mounts }) => oldMounts(mounts, cache).length > 0).map(({ host }) => host.name),
      ...rememberedClients(view).map(({ address }) => address),
    ],
    unread: [...inventory.compute, ...inventory.glance]
      .map(({ name }) => name)
      .filter((name) => !read.has(name)),
    isOffAlready: /^\s*vers3\s*=\s*(false|n|no|0|f)\s*$/im.test(config ?? ''),
  };
}
