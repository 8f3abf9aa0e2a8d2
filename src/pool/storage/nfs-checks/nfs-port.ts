/** Check: each client can connect to the NFS server. */
import { defineCheck } from '../../check-framework/define.ts';
import { storageAddress } from '../../nodes/node.ts';
import { NFS_PORT, reachOf } from '../nfs-queries.ts';
import { readNfs } from '../nfs-view.ts';

const TIMEOUT_S = 3;

type Address = { readonly address: string };

const port = ({ address }: Address): string => `port ${NFS_PORT} of ${address}`;
const fix = (): string =>
  `let TCP port ${NFS_PORT} through from this host to the backend: firewalls, routes, security groups`;

export default defineCheck({
  name: 'nfs-port',
  about: `Each client can connect to TCP port ${NFS_PORT} of the backend.`,
  on: 'client',
  findings: {
    refused: {
      severity: 'warning',
      say: (it: Address) => `${port(it)} refuses connections although the NFS server runs`,
      fix,
    },
    timeout: {
      severity: 'warning',
      say: (it: Address) => `connecting to ${port(it)} timed out after ${TIMEOUT_S} s`,
      fix,
    },
    unreachable: {
      severity: 'warning',
      say: (it: Address) => `${port(it)} cannot be reached: there is no route, or a firewall rejects it`,
      fix,
    },
    unknown: {
      severity: 'unknown',
      say: (it: Address) => `${port(it)} could not be tried: there is no bash, python3 or nc here`,
      fix,
    },
  },
  judge: ({ node, pool }, report) => {
    const address = storageAddress(pool.inventory);
    const reach = reachOf(node, pool.inventory);
    switch (reach) {
      case 'open':
      case 'unresolved':
        return [];
      case 'refused':
        // before its first start the server refuses everybody
        return readNfs(pool.nodes, pool.inventory).server.threads > 0 ? [report('refused', { address })] : [];
      case 'timeout':
      case 'unreachable':
      case 'unknown':
        return [report(reach, { address })];
    }
  },
});
