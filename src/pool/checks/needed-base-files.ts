/** Check: a departing node can get back every base file that its VMs need. */
import { describeUnreadable } from '../check-framework/base-file-words.ts';
import { defineCheck } from '../check-framework/define.ts';
import { listThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';
import type { Unreadable } from '../decisions/bases/usage.ts';
import { describeConflict } from '../remove/conflict-words.ts';
import type { NeededBase, UnderlyingConflict } from '../decisions/bases/needed.ts';

const MAX_ITEMS_SHOWN = 8;
const REMEDY = 'nothing was touched; make these readable, or migrate these VMs away, then run again';

type Folder = { readonly folder: string };
type Needed = { readonly name: string; readonly users: Some<string> };
type Lost = Folder & { readonly files: Some<Needed> };
type Conflicts = Folder & { readonly files: Some<Needed & { readonly reason: UnderlyingConflict }> };

const listUsers = (users: Some<string>) => listThem(users, String);

export default defineCheck({
  name: 'needed-base-files',
  about: 'On a node that leaves the pool, every base file that VMs need can be copied back under the mount.',
  on: 'departing',
  findings: {
    'network-mount': {
      severity: 'block',
      say: ({ folder }: Folder) => `${folder} is on a network mount and was not read`,
      fix: () =>
        'nothing was touched; fastboot mounts no pool there, so there is nothing to remove: leave this node out',
    },
    unreadable: {
      severity: 'block',
      say: ({ items }: { readonly items: Some<Unreadable> }) =>
        `not all disks of this node could be followed, so it is not known which base files its VMs need: ${listThem(items, describeUnreadable)}`,
      fix: () => REMEDY,
    },
    'underlying-unreadable': {
      severity: 'block',
      say: ({ folder }: Folder) => `the files in ${folder} under the pool could not be listed`,
      fix: () => REMEDY,
    },
    conflicts: {
      severity: 'block',
      say: ({ folder, files }: Conflicts) =>
        `VMs need base files of the pool that cannot be copied back into ${folder}: ${listThem(files, ({ name, users, reason }) => `${name} (${listUsers(users)}): ${describeConflict(reason)}`)}`,
      fix: () => 'nothing was touched; migrate these VMs to other nodes, or delete them, then run again',
    },
    lost: {
      severity: 'warning',
      say: ({ folder, files }: Lost) =>
        `disks need base files that are missing in the pool and in ${folder} under it: ${listThem(files, ({ name, users }) => `${name} (${listUsers(users)})`)}`,
      fix: () => 'these VMs cannot start, with or without the pool; bring the files back, or delete the VMs',
    },
  },
  judge: ({ node, needs }, report) => {
    const { base, baseFolder, instances } = node;
    const folder = baseFolder.host;
    if (base.kind === 'remote') return [report('network-mount', { folder: instances.host })];
    if (needs === undefined) return [];
    const { unreadable } = needs.usage;
    const conflicts = needs.bases.flatMap((each) =>
      each.decision.kind === 'conflict' ? [{ ...needed(each), reason: each.decision.reason }] : [],
    );
    const lost = needs.bases.filter(({ decision }) => decision.kind === 'lost').map(needed);
    return [
      ...(unreadable.length === 0
        ? []
        : [report('unreadable', { items: some(unreadable, MAX_ITEMS_SHOWN) })]),
      ...(base.complete ? [] : [report('underlying-unreadable', { folder })]),
      ...(conflicts.length === 0
        ? []
        : [report('conflicts', { folder, files: some(conflicts, MAX_ITEMS_SHOWN) })]),
      ...(lost.length === 0 ? [] : [report('lost', { folder, files: some(lost, MAX_ITEMS_SHOWN) })]),
    ];
  },
});

function needed({ name, uses }: NeededBase): Needed {
  return { name, users: some([...new Set(uses.map(({ user }) => user))], MAX_ITEMS_SHOWN) };
}
