/** What is read of every host about NFS. */
import { content } from '../../facts/content.ts';
import { nfsPeers } from '../../facts/nfs-peers.ts';
import { exportLines, nfsServer } from '../../facts/nfs-server.ts';
import { tcpReachability } from '../../facts/tcp-reachability.ts';
import { NFS_CONFIG_FILE } from '../../formats/nfs-paths.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { storageAddress } from '../nodes/node.ts';
import type { Client } from '../nodes/node.ts';

/** The port of an NFSv4 server, RFC 7530. */
export const NFS_PORT = 2049;

/** Asked of the backend. */
export const serverQueries = {
  exports: exportLines({}),
  server: nfsServer({}),
  peers: nfsPeers({}),
  config: content({ path: NFS_CONFIG_FILE }),
};

/** Asked of each client: whether it can connect to the server. */
export function reachQuery(inventory: Inventory) {
  return tcpReachability({ address: storageAddress(inventory), port: NFS_PORT });
}

export function reachOf({ read }: Client, inventory: Inventory) {
  return read(reachQuery(inventory));
}
