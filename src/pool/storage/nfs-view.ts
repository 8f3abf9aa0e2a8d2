/** What the hosts tell about the NFS server and its clients, worked out once. */
import { memoizeLast } from '../../core/memoize.ts';
import type { NfsPeers } from '../../facts/nfs-peers.ts';
import type { NfsServer } from '../../facts/nfs-server.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { clientsOf } from '../nodes/node.ts';
import type { Nodes } from '../nodes/node.ts';
import { clientAddresses } from './nfs-client-address.ts';
import type { ClientAddresses } from './nfs-client-address.ts';
import { parseExportLines } from './nfs-exports.ts';
import type { ExportEntry } from './nfs-exports.ts';
import { cacheFolders, identifyFolder } from './nfs-identity.ts';
import type { FolderIdentity } from './nfs-identity.ts';
import { serverQueries } from './nfs-queries.ts';

export interface NfsView {
  readonly nodes: Nodes;
  readonly inventory: Inventory;
  readonly server: NfsServer;
  readonly peers: NfsPeers;
  /** fastboot's own settings of the server, as they are now; null where there are none. */
  readonly config: string | null;
  readonly exports: readonly ExportEntry[];
  readonly addresses: ClientAddresses;
  readonly cache: FolderIdentity;
  readonly images: FolderIdentity;
}

/** Memoized, because the storage and each of its checks ask for it. Pure. */
export const readNfs = memoizeLast((nodes: Nodes, inventory: Inventory): NfsView => {
  const { backend } = nodes;
  const clients = clientsOf(nodes);
  const peers = backend.read(serverQueries.peers);
  const exports = parseExportLines(backend.read(serverQueries.exports));
  const identify = (folders: readonly string[]) => identifyFolder({ peers, exports }, clients, folders);
  return {
    nodes,
    inventory,
    server: backend.read(serverQueries.server),
    peers,
    config: backend.read(serverQueries.config),
    exports,
    addresses: clientAddresses(backend, clients),
    cache: identify(cacheFolders(backend, inventory.settings)),
    images: identify([inventory.settings.pool.images, backend.images.real]),
  };
});
