/** Check: a packet filter on the backend lets the clients in. */
import { firewalls } from '../../../facts/security.ts';
import { defineCheck } from '../../check-framework/define.ts';
import { clientsOf } from '../../nodes/node.ts';
import { NFS_PORT, reachOf } from '../nfs-queries.ts';

type Filtered = { readonly firewalls: readonly string[]; readonly hosts: readonly string[] };

export default defineCheck({
  name: 'nfs-firewall',
  about: 'Where a packet filter is active on the backend, every client is known to reach the NFS server.',
  on: 'backend',
  queries: () => ({ firewalls: firewalls({}) }),
  findings: {
    'may-reject': {
      severity: 'warning',
      say: ({ firewalls, hosts }: Filtered) =>
        `${firewalls.join(', ')} is active, and port ${NFS_PORT} is not known to be reachable from ${hosts.join(', ')}`,
      fix: () => `let TCP port ${NFS_PORT} in from the clients`,
    },
  },
  judge: ({ pool, answers }, report) => {
    const hosts = clientsOf(pool.nodes)
      .filter((client) => !['open', 'refused'].includes(reachOf(client, pool.inventory)))
      .map(({ host }) => host.name);
    return answers.firewalls.length > 0 && hosts.length > 0
      ? [report('may-reject', { firewalls: answers.firewalls, hosts })]
      : [];
  },
});
