import { LINK_SYNC_CONFIG_FILE } from '../../core/host-paths.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Finding } from '../../core/finding.ts';
import { reporters } from '../checks/check.ts';
import { decideHold } from './hold.ts';
import type { HoldNode } from './hold.ts';
import type { Backend, ComputeNode } from '../nodes/nodes.ts';
import { NOTHING_PINNED, parsePinned } from './link-sync-config.ts';
import type { PinnedConfig } from './link-sync-config.ts';
import { decideNovaIds } from './nova-ids.ts';
import { planCopies } from './bases/copies.ts';
import type { Copies } from './bases/copies.ts';
import { isSettled, mismatchedNames } from './bases/existing.ts';
import type { AllExistingBases } from './bases/existing.ts';
import { decideOpenrc } from './openrc.ts';
import { decideOwner } from './owner.ts';

export interface DecisionInput {
  readonly inventory: Inventory;
  readonly backend: Backend;
  /** The compute nodes that were read. */
  readonly computes: readonly ComputeNode[];
  readonly past: AllExistingBases;
  /** What the checks of single hosts have found. */
  readonly checks: readonly Finding[];
}

/** What only the facts of all hosts together can tell. */
export interface Decisions {
  readonly gid: number;
  readonly owner: string;
  readonly openrc: string | null;
  readonly hold: readonly string[];
  readonly copies: Copies;
  /** Names in the pool that are not links of images: files that came, or come, from compute nodes. */
  readonly adopted: readonly string[];
  readonly checks: readonly Finding[];
}

/** Nova's ids, the links' owner, Glance's credentials and the names on hold. */
export function decide(input: DecisionInput): Decisions {
  const { backend, computes, inventory } = input;
  const config = parsePinned(backend.linkSyncConfig);
  const pinned = config ?? NOTHING_PINNED;
  const ids = decideNovaIds(
    computes.map(({ host, users, base }) => ({
      host: host.name,
      nova: users.nova,
      member: base.kind === 'mounted',
    })),
    pinned.gid ?? folderGid(backend),
  );
  const idChecks = novaIdChecks(backend, ids);
  const { owner, checks: ownerChecks } = resolveOwner(input, pinned, [...input.checks, ...idChecks]);
  const openrc = decideOpenrc(backend, inventory.settings.linkSync.openrc);
  const stopped = new Set(
    [...input.checks, ...idChecks, ...ownerChecks]
      .filter(({ severity }) => severity === 'block')
      .map(({ host }) => host),
  );
  const copies = planCopies(input.past, stopped);
  const nodes = inventory.compute.map(({ name }): HoldNode | null => {
    const base = computes.find(({ host }) => host.name === name)?.base;
    const own = input.past.nodes.get(name);
    if (base === undefined) return null;
    return {
      base,
      settled: (file) =>
        own !== undefined && isSettled(own, file, { isMounted: !stopped.has(name), coming: copies.names }),
      trapped: own === undefined ? [] : mismatchedNames(own),
    };
  });
  return {
    gid: ids.gid ?? 0,
    owner,
    openrc: openrc.file,
    hold: decideHold(pinned.hold, nodes),
    copies,
    adopted: decideAdopted(input, pinned.adopted, copies),
    checks: [
      ...idChecks,
      ...ownerChecks,
      ...openrc.checks,
      ...damagedConfig(backend, config, computes.length === inventory.compute.length),
    ],
  };
}

/** A name is given up again only where its file never came, and no node can be on its way with it. */
function decideAdopted(
  { backend, computes, inventory }: DecisionInput,
  pinned: readonly string[],
  { names }: Copies,
): readonly string[] {
  const complete = computes.length === inventory.compute.length;
  const { poolFiles } = backend;
  const kept = pinned.filter(
    (name) => !complete || poolFiles === null || poolFiles(name)?.published === true,
  );
  return [...new Set([...kept, ...names])].sort();
}

/** A cache folder as fastboot makes it has its gid pinned, also where the configuration is lost. */
function folderGid({ cache }: Backend): number | null {
  return cache.kind === 'folder' && cache.uid === 0 && cache.gid > 0 && cache.mode === '1775'
    ? cache.gid
    : null;
}

function novaIdChecks({ host }: Backend, ids: ReturnType<typeof decideNovaIds>): readonly Finding[] {
  const remedy =
    'give nova the same uid and gid on every compute node (usermod -u, groupmod -g, then chown its files while nova-compute is stopped), or take the node out of the group compute';
  const refusal = ids.refusal === null ? [] : [reporters(host.name).block('nova-ids', ids.refusal, remedy)];
  return [
    ...refusal,
    ...[...ids.blocked].map(([name, finding]) => reporters(name).block('nova-ids', finding, remedy)),
  ];
}

/** What makes a node a stranger to the pool, so that it has no say in who owns the links. */
const STRANGER: readonly string[] = ['nova-ids', 'nova-user', 'nova-service'];

/** A node that is blocked for other reasons, such as its base files, will take part one day. */
function resolveOwner(
  { inventory, backend, computes }: DecisionInput,
  pinned: PinnedConfig,
  checks: readonly Finding[],
): { owner: string; checks: readonly Finding[] } {
  const setting = inventory.settings.pool.owner;
  const report = reporters(backend.host.name);
  const strangers = new Set(checks.filter(({ check }) => STRANGER.includes(check)).map(({ host }) => host));
  const mixed = computes.filter(
    ({ users }) =>
      users.nova !== null && users.hypervisor !== null && users.nova.uid === users.hypervisor.uid,
  );
  const part = computes.filter((node) => !strangers.has(node.host.name) && !mixed.includes(node));
  const { owner, notice, error } = decideOwner({
    setting,
    pinned: pinned.owner,
    hypervisors: part.map(({ users }) => users.hypervisor),
    complete: computes.length === inventory.compute.length,
    novaUids: part.flatMap(({ users }) => (users.nova === null ? [] : [users.nova.uid])),
  });
  const other = 'set pool.owner to keep, or to a uid:gid that no compute node gives to nova';
  const auto = setting === 'auto' ? mixed : [];
  return {
    owner,
    checks: [
      ...auto.map(({ host, users }) =>
        reporters(host.name).block(
          'owner',
          `VMs run here as uid ${users.nova?.uid ?? ''}, which is nova's: nova could remove base files under running VMs`,
          `let libvirt run VMs as another user (user in /etc/libvirt/qemu.conf), or ${other}`,
        ),
      ),
      ...(error === null ? [] : [report.block('owner', error, other)]),
      ...(notice === null || (part.length === 0 && computes.length > 0)
        ? []
        : [
            report.warning(
              'owner',
              notice,
              'nothing needs to be done: images stay readable for all; or set pool.owner',
            ),
          ]),
    ],
  };
}

/** Without its list of names on hold, only the nodes themselves can tell them. */
function damagedConfig(
  { host }: Backend,
  config: PinnedConfig | null,
  complete: boolean,
): readonly Finding[] {
  if (config !== null || complete) return [];
  return [
    reporters(host.name).block(
      'link-sync-config',
      `${LINK_SYNC_CONFIG_FILE} is damaged, so the base names on hold are lost, and not every compute node can be asked`,
      'run once with all compute nodes reachable and without --limit, or restore the file',
    ),
  ];
}
