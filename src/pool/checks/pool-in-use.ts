/** Check: nobody uses the pool on a departing node. */
import { isBelow } from '../../core/path.ts';
import type { MountUser } from '../../facts/mount-users.ts';
import { defineCheck } from '../check-framework/define.ts';
import { listThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';
import type { ComputeNode } from '../nodes/node.ts';

const MAX_USERS_SHOWN = 8;
const REMEDY =
  'nothing was touched; stop these VMs or migrate them to other nodes (openstack server migrate --live-migration), end the processes, then run again';

type Folder = { readonly folder: string };
type User = { readonly command: string; readonly pid: number; readonly vm: string | null };

export default defineCheck({
  name: 'pool-in-use',
  about:
    'On a node that leaves the pool, no process has a file of the pool open: a running VM keeps its base file open.',
  on: 'departing',
  findings: {
    'in-use': {
      severity: 'block',
      say: ({ folder, users }: Folder & { readonly users: Some<User> }) =>
        `the pool in ${folder} is in use: ${listThem(users, describe)}`,
      fix: () => REMEDY,
    },
    unknown: {
      severity: 'block',
      say: ({ folder }: Folder) => `not all open files could be listed, so ${folder} counts as in use`,
      fix: () => REMEDY,
    },
  },
  judge: ({ node, users, needs }, report) => {
    if (needs === undefined || users === undefined) return [];
    const folder = node.baseFolder.host;
    const holding = usersOnce(
      users.users.filter(({ where }) => where !== 'beneath'),
      node,
    );
    return [
      ...(holding.length === 0 ? [] : [report('in-use', { folder, users: some(holding, MAX_USERS_SHOWN) })]),
      ...(users.complete ? [] : [report('unknown', { folder })]),
    ];
  },
});

/** Each process once, with the VM that it runs. */
function usersOnce(users: readonly MountUser[], node: ComputeNode): readonly User[] {
  const vmOf = new Map(node.open.users.map(({ pid, paths }) => [pid, vmIn(paths, node)]));
  const byPid = new Map(users.map((user) => [user.pid, user]));
  return [...byPid.values()].map(({ pid, command }) => ({ command, pid, vm: vmOf.get(pid) ?? null }));
}

/** The folder of the VM whose disk a process has open; null where it has none open. */
function vmIn(paths: readonly string[], { instances, disks }: ComputeNode): string | null {
  const roots = [instances.seen, instances.host, ...(disks.real === null ? [] : [disks.real])];
  const inside = paths.flatMap((path) =>
    roots.filter((root) => isBelow(path, root)).map((root) => path.slice(root.length + 1)),
  );
  const disk = inside.find((path) => !path.startsWith('_base/') && path.includes('/'));
  return disk?.split('/')[0] ?? null;
}

function describe({ command, pid, vm }: User): string {
  return vm === null ? `${command} (pid ${pid})` : `VM ${vm} (${command}, pid ${pid})`;
}
