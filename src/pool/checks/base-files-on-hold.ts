/** Check: the pool can publish the names that a node's VMs need. */
import { defineCheck } from '../check-framework/define.ts';
import { usersOf } from '../check-framework/base-file-words.ts';
import { countSized, listThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';

const MAX_FILES_SHOWN = 5;

type OnHold = {
  readonly size: number;
  readonly files: Some<{ readonly name: string; readonly users: string }>;
};

export default defineCheck({
  name: 'base-files-on-hold',
  about:
    'No name that VMs of a node need is on hold because of another node: with the pool mounted the file would be missing.',
  on: 'pool',
  findings: {
    needed: {
      severity: 'block',
      say: ({ size, files }: OnHold) =>
        `VMs here need ${countSized(files.total, 'base file', size)} that ${files.total === 1 ? 'is' : 'are'} on hold: ${listThem(files, ({ name, users }) => `${name} (${users})`)}. Another compute node has, or may have, different files under these names`,
      fix: () =>
        'nothing was touched; see the findings about the other compute nodes, and run once with all of them reachable and without --limit',
    },
  },
  judge: ({ pool, decisions: { hold } }, report) =>
    [...pool.bases.nodes.values()].flatMap(({ node, files }) => {
      const held = files.filter(
        ({ file, decision }) => decision.kind === 'same' && !decision.published && hold.includes(file.name),
      );
      if (held.length === 0) return [];
      const items = held.map(({ file, uses }) => ({ name: file.name, users: usersOf(uses) }));
      const size = held.reduce((sum, { file }) => sum + file.size, 0);
      return [report(node.host.name)('needed', { size, files: some(items, MAX_FILES_SHOWN) })];
    }),
});
