/** The pool over NFS version 4: the backend exports its folders, and clients mount them. */
import { canonicalAddress } from '../../formats/address.ts';
import { OWN_EXPORTS_FILE } from '../../formats/nfs-paths.ts';
import checks from 'registry:storage-checks';
import { storageAddress } from '../nodes/node.ts';
import type { Client } from '../nodes/node.ts';
import { soleAddresses } from './nfs-client-address.ts';
import { readUsers } from './nfs-clients.ts';
import { liveMountAt, mountsOfFolder, nameInVersion4 } from './nfs-identity.ts';
import { nfsMount } from './nfs-mount.ts';
import { reachQuery, serverQueries } from './nfs-queries.ts';
import { nfsThreads } from './nfs-threads.ts';
import { decideUnmanagedExports } from './nfs-unmanaged-exports.ts';
import type { UnmanagedExport } from './nfs-unmanaged-exports.ts';
import { keepsVersion3, version3Case } from './nfs-version3.ts';
import { readNfs } from './nfs-view.ts';
import type { NfsView } from './nfs-view.ts';
import type { Storage } from './storage.ts';

export const nfs: Storage = {
  queries: (inventory, host) =>
    host.name === inventory.backend.name ? Object.values(serverQueries) : [reachQuery(inventory)],
  checks,
  read: (nodes, inventory) => {
    const view = readNfs(nodes, inventory);
    const { settings } = inventory;
    const address = storageAddress(inventory);
    const folders = {
      cache: nameInVersion4(view.cache) ?? settings.pool.cache,
      images: settings.pool.images,
    };
    const sole = soleAddresses(inventory, view.addresses);
    return {
      mountSpec: (folder, host) => nfsMount(address, folders[folder], host),
      liveMount: (folder, { mounts }, path) => liveMountAt(mounts, path, view[folder]),
      isPoolMount: (mount) => mountsOfFolder([mount], view.cache).length > 0,
      backendVars: ({ computes, controllers }) => {
        const clients = addressesOf(view, computes);
        return {
          pool: {
            clients,
            threads: nfsThreads(settings.nfs.threads, inventory.compute.length),
            vers3: keepsVersion3(version3Case(view)),
            unmanaged_exports: unmanagedExports(view, clients),
          },
          glance: { clients: addressesOf(view, controllers) },
        };
      },
      soleAddress: (host) => sole.get(host) ?? null,
    };
  },
};

function addressesOf({ addresses }: NfsView, clients: readonly Client[]): readonly string[] {
  return clients.flatMap(({ host }) => addresses.get(host.name) ?? []);
}

/** What becomes of exports that others wrote, when these clients have lines of their own. */
function unmanagedExports(view: NfsView, clients: readonly string[]): readonly UnmanagedExport[] {
  const { exports, nodes, cache, inventory } = view;
  const folder = inventory.settings.pool.cache;
  const ownLines = exports
    .filter(({ file, path }) => file === OWN_EXPORTS_FILE && path === folder)
    .map(({ client }) => canonicalAddress(client));
  const withoutCache = nodes.controllers.filter(({ mounts }) => mountsOfFolder(mounts, cache).length === 0);
  const covered = [...new Set([...clients, ...ownLines, ...addressesOf(view, withoutCache)])];
  return decideUnmanagedExports(exports, folder, readUsers(view, covered));
}
