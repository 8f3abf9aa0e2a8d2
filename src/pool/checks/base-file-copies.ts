/** Check: the pool can take the base files that it gets from compute nodes. */
import { gib } from '../../core/sentence-parts.ts';
import { defineCheck } from '../check-framework/define.ts';
import { comesToPool } from '../decisions/bases/existing.ts';

const KIB = 1024;

type Room = { readonly size: number; readonly folder: string };
type Lost = { readonly hosts: readonly string[] };

export default defineCheck({
  name: 'base-file-copies',
  about:
    'There is room in the pool for base files of compute nodes, and every node was read that may have others of these names.',
  on: 'pool',
  findings: {
    'no-room': {
      severity: 'block',
      say: ({ size }: Room) =>
        `VMs need ${gib(size)} GiB of base files copied to the pool. The pool has too little space`,
      fix: ({ folder }: Room) =>
        `nothing was touched; make room on the backend (df -h ${folder} shows what is free), or leave nodes out with --limit`,
    },
    'nodes-unread': {
      severity: 'block',
      say: ({ hosts }: Lost) =>
        `base files that VMs here need must be copied to the pool. ${hosts.join(', ')} could not be read and may have different files under these names`,
      fix: ({ hosts }: Lost) =>
        `nothing was touched; run again when they can be reached, or leave them out: --limit 'all,${hosts.map((host) => `!${host}`).join(',')}'`,
    },
  },
  judge: ({ pool, decisions: { copies } }, report) => {
    if (copies.names.length === 0) return [];
    const { backend } = pool.nodes;
    const { space } = backend.images;
    const isFull = space !== null && space.free * KIB < copies.size;
    return [...pool.bases.nodes.values()]
      .filter(({ files }) => files.some(({ decision }) => comesToPool(decision)))
      .map(({ node }) => report(node.host.name))
      .flatMap((found) => [
        ...(isFull
          ? [found('no-room', { size: copies.size, folder: backend.host.settings.pool.images })]
          : []),
        ...(pool.lost.length > 0 ? [found('nodes-unread', { hosts: pool.lost })] : []),
      ]);
  },
});
