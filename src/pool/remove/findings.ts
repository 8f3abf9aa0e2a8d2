import { OWN_EXPORTS_FILE } from '../../formats/nfs-paths.ts';
import { gib, listSome } from '../../core/wording.ts';
import type { MountUser } from '../../facts/mount-users.ts';
import { mountAt } from '../../formats/mountinfo.ts';
import type { Finding } from '../../core/finding.ts';
import { reporters } from '../checks/check.ts';
import type { Use } from '../decisions/bases/usage.ts';
import { poolMounts } from '../storage/nfs-identity.ts';
import type { NeededBase } from './needs.ts';
import type { DepartingNode } from './derive.ts';

const MOST = 8;

/** What keeps a node in the pool, with the way out, and what is good to know before it leaves. */
export function removalFindings(leaver: DepartingNode): readonly Finding[] {
  const { node } = leaver;
  const report = reporters(node.host.name);
  const { instances } = node.host.settings.nova;
  if (node.base.kind === 'far')
    return [
      report.block(
        'base-files',
        `${instances} is on a network mount and was not looked at`,
        'nothing was touched; fastboot mounts no pool there',
      ),
    ];
  return [
    ...mountFindings(leaver),
    ...(leaver.needs === undefined
      ? []
      : [...blindFindings(leaver), ...baseFindings(leaver), ...spaceFindings(leaver)]),
    ...userFindings(leaver),
    ...exportFindings(leaver),
  ];
}

function mountFindings({
  node,
  at,
  live,
  identity,
  source,
  users,
  needs,
}: DepartingNode): readonly Finding[] {
  const report = reporters(node.host.name);
  const here = node.mounts.filter((mount) => mount.path === at);
  const top = mountAt(node.mounts, at);
  const isOurs = live !== undefined;
  const foreign =
    needs !== undefined && top !== undefined && !isOurs
      ? [
          report.block(
            'pool-mount',
            `${at} is a mount of ${top.source}, not of the pool ${source}`,
            'nothing was touched; fastboot takes away only the pool that the inventory describes',
          ),
        ]
      : [];
  const stacked =
    isOurs && here.length > 1
      ? [
          report.block(
            'pool-mount',
            `beneath the pool there is another mount at ${at}, whose files fastboot cannot reach`,
            `nothing was touched; copy the base files that VMs need there by hand, umount ${at} when no VM uses it, then run again`,
          ),
        ]
      : [];
  // tables of other processes follow the host's, so the same place there goes with it
  const others = (users?.mounts ?? []).filter(
    ({ mount }) => !(isOurs && mount.path === at) && poolMounts([mount], identity).length > 0,
  );
  const elsewhere =
    others.length === 0
      ? []
      : [
          report.block(
            'pool-mount',
            `the pool is mounted elsewhere too: ${listed(others.map(({ mount, pid }) => `${mount.path} (seen by pid ${pid})`))}`,
            'nothing was touched; umount it there, or end the processes that see it, then run again',
          ),
        ];
  const unseen =
    needs === undefined && users?.complete === false
      ? [
          report.block(
            'pool-mount',
            'not all mounts of all processes could be listed, so it cannot be told whether the pool is gone here',
            'nothing was touched, and the export stays; run again',
          ),
        ]
      : [];
  return [...foreign, ...stacked, ...elsewhere, ...unseen];
}

function blindFindings({ node, needs, at }: DepartingNode): readonly Finding[] {
  const report = reporters(node.host.name);
  const blind = needs?.usage.unreadable ?? [];
  const way = 'nothing was touched; make these readable, or migrate those VMs away, then run again';
  return [
    ...(blind.length === 0
      ? []
      : [
          report.block(
            'base-files',
            `not all disks of this node could be followed, so it cannot be told which base files its VMs need: ${listed(blind)}`,
            way,
          ),
        ]),
    ...(node.base.complete
      ? []
      : [report.block('base-files', `what lies in ${at} beneath the pool could not be listed`, way)]),
  ];
}

function baseFindings({ node, needs, at }: DepartingNode): readonly Finding[] {
  const report = reporters(node.host.name);
  const of = (kind: NeededBase['decision']['kind']) =>
    (needs?.bases ?? []).filter(({ decision: verdict }) => verdict.kind === kind);
  const [conflicts, lost] = [of('conflict'), of('lost')];
  return [
    ...(conflicts.length === 0
      ? []
      : [
          report.block(
            'base-files',
            `VMs need base files of the pool that cannot be copied back into ${at}: ${named(conflicts)}`,
            'nothing was touched; migrate those VMs to other nodes, or delete them, then run again',
          ),
        ]),
    ...(lost.length === 0
      ? []
      : [
          report.warning(
            'base-files',
            `disks need base files that are neither in the pool nor in ${at} beneath it: ${named(lost)}`,
            'these VMs cannot start, with or without the pool; bring the files back, or delete the VMs',
          ),
        ]),
  ];
}

/** Room for the copies, and as much again as a VM's first writes take. */
const SPARE = 64 * 1024 ** 2;

function spaceFindings({ node, needs, place }: DepartingNode): readonly Finding[] {
  const copies = (needs?.bases ?? []).filter(({ decision: verdict }) => verdict.kind === 'copy');
  const needed = copies.reduce((sum, { size }) => sum + size, 0);
  if (needed === 0 || place === undefined) return [];
  const free = place.space === null ? null : place.space.free * 1024;
  if (free !== null && needed + SPARE <= free) return [];
  const { instances } = node.host.settings.nova;
  return [
    reporters(node.host.name).block(
      'space',
      `${gib(needed)} GiB of base files have to be copied back, and there is no room for them in ${instances}`,
      `make room there${free === null ? '' : ` (${gib(free)} GiB are free)`}, or migrate VMs to other nodes, then run again`,
    ),
  ];
}

/** Running VMs hold their base files open through the mount: it cannot go while they run, and must not (fact 6). */
function userFindings({ node, users, at, needs }: DepartingNode): readonly Finding[] {
  if (needs === undefined || users === undefined) return [];
  const report = reporters(node.host.name);
  const holding = users.users.filter(({ where }) => where !== 'beneath');
  const vmOf = new Map(node.open.users.map(({ pid, paths }) => [pid, vmIn(paths, node)]));
  const remedy =
    'nothing was touched; stop those VMs or migrate them to other nodes (nova live-migration), end the processes, then run again';
  return [
    ...(holding.length === 0
      ? []
      : [
          report.block(
            'pool-in-use',
            `the pool in ${at} is in use: ${listed(holders(holding, vmOf))}`,
            remedy,
          ),
        ]),
    ...(users.complete
      ? []
      : [
          report.block(
            'pool-in-use',
            `not all open files could be listed, so ${at} counts as in use`,
            remedy,
          ),
        ]),
  ];
}

function holders(
  holding: readonly MountUser[],
  vmOf: ReadonlyMap<number, string | undefined>,
): readonly string[] {
  const byPid = new Map(holding.map((user) => [user.pid, user]));
  return [...byPid.values()].map(({ pid, command }) => {
    const vm = vmOf.get(pid);
    return vm === undefined ? `${command} (pid ${pid})` : `VM ${vm} (${command}, pid ${pid})`;
  });
}

/** The folder of the VM whose disk a process has open. */
function vmIn(paths: readonly string[], { host, disks }: DepartingNode['node']): string | undefined {
  const roots = [host.settings.nova.instances, ...(disks.real === null ? [] : [disks.real])];
  const inside = paths.flatMap((path) =>
    roots.filter((root) => path.startsWith(`${root}/`)).map((root) => path.slice(root.length + 1)),
  );
  return inside.find((path) => !path.startsWith('_base/') && path.includes('/'))?.split('/')[0];
}

function exportFindings({ node, address }: DepartingNode): readonly Finding[] {
  if (address !== null) return [];
  return [
    reporters(node.host.name).warning(
      'export-address',
      'its export line on the backend is not known for certain, so it stays',
      `remove the line from ${OWN_EXPORTS_FILE} yourself, and: exportfs -u ADDRESS:PATH`,
    ),
  ];
}

function named(bases: readonly NeededBase[]): string {
  return listed(
    bases.map(({ name, uses, decision: verdict }) => {
      const why = verdict.kind === 'conflict' ? `: ${verdict.reason}` : '';
      return `${name} (${usersOf(uses)})${why}`;
    }),
  );
}

function usersOf(uses: readonly Use[]): string {
  return listed([...new Set(uses.map(({ user }) => user))]);
}

function listed(all: readonly string[]): string {
  return listSome(all, MOST);
}
