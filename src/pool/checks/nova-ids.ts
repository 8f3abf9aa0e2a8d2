/** Check: nova has the same ids on every compute node. */
import { groupBy } from '../../core/group-by.ts';
import { defineCheck } from '../check-framework/define.ts';
import { idPair } from '../decisions/nova-ids.ts';
import type { HostIds } from '../decisions/nova-ids.ts';

const REMEDY =
  'stop nova-compute; give nova one uid and gid on all compute nodes (usermod -u, groupmod -g); chown its files; or remove the node from the group compute';

/** Which hosts have which ids. */
type Table = readonly { readonly ids: string; readonly hosts: readonly string[] }[];
type WithTable = { readonly table: Table };
type Own = { readonly own: string };

export default defineCheck({
  name: 'nova-ids',
  about: 'The user nova has the same uid and gid on every compute node, because the pool stores numbers.',
  on: 'pool',
  findings: {
    refused: {
      severity: 'block',
      say: ({ table }: WithTable) =>
        `nova has different ids (uid:gid) on the compute nodes, and no pool exists yet:\n${lines(table)}`,
      fix: () => REMEDY,
    },
    'no-agreement': {
      severity: 'block',
      say: ({ own }: Own) => `nova is ${own} here, and other compute nodes have other ids`,
      fix: () => REMEDY,
    },
    'uids-differ': {
      severity: 'block',
      say: ({ table }: WithTable) =>
        `nova has different uids on the compute nodes of this pool:\n${lines(table)}`,
      fix: () => REMEDY,
    },
    'other-ids': {
      severity: 'block',
      say: ({ own, pool }: Own & { readonly pool: string }) =>
        `nova is ${own} here, expected ${pool} as in the pool`,
      fix: () => REMEDY,
    },
  },
  judge: ({ pool, decisions: { novaIds } }, report) => {
    const table = tableOf(novaIds.known);
    return [
      ...(novaIds.isRefused ? [report(pool.nodes.backend.host.name)('refused', { table })] : []),
      ...[...novaIds.blocked].map(([host, problem]) => {
        switch (problem.kind) {
          case 'no-agreement':
            return report(host)('no-agreement', { own: idPair(problem.own) });
          case 'uids-differ':
            return report(host)('uids-differ', { table });
          case 'other-ids':
            return report(host)('other-ids', { own: idPair(problem.own), pool: problem.pool });
        }
      }),
    ];
  },
});

function tableOf(known: readonly HostIds[]): Table {
  return groupBy(known, idPair).map((group) => ({
    ids: idPair(group[0]),
    hosts: group.map(({ host }) => host),
  }));
}

function lines(table: Table): string {
  return table.map(({ ids, hosts }) => `  ${ids}  ${hosts.join(', ')}`).join('\n');
}
