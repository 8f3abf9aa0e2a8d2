/** Decides what only the facts of all hosts together can tell. */
import type { Finding } from '../../core/finding.ts';
import type { Backend, ComputeNode } from '../nodes/node.ts';
import type { PoolFacts } from '../pool-facts.ts';
import { planCopies } from './bases/copies.ts';
import type { Copies } from './bases/copies.ts';
import { decideHold, holdNode } from './hold.ts';
import type { HoldNode } from './hold.ts';
import { NOTHING_PINNED, parsePinned } from './link-sync-config.ts';
import { decideNovaIds } from './nova-ids.ts';
import type { NovaIds } from './nova-ids.ts';
import { decideOpenrc } from './openrc.ts';
import type { OpenrcDecision } from './openrc.ts';
import { decideOwner } from './owner.ts';
import type { OwnerDecision } from './owner.ts';

export interface Decisions {
  readonly novaIds: NovaIds;
  /** The gid of the cache folder. */
  readonly gid: number;
  readonly owner: OwnerDecision;
  /** Nodes on which nova's own user runs QEMU. With `pool.owner: auto` they cannot take part. */
  readonly novaRunsVms: readonly ComputeNode[];
  /** Whether any node takes part in the decision about the owner, or there is no node at all. */
  readonly ownerMatters: boolean;
  readonly openrc: OpenrcDecision;
  /** Base names that link-sync must not publish yet. */
  readonly hold: readonly string[];
  readonly copies: Copies;
  /** Base names in the pool that are not links of images: their files came, or come, from compute nodes. */
  readonly adopted: readonly string[];
  /** Whether the configuration of link-sync cannot be read, so that the names on hold are lost. */
  readonly isConfigDamaged: boolean;
  /** Whether every compute node of the inventory was read. */
  readonly isComplete: boolean;
}

/** The checks whose findings exclude a node from the decision who owns the links. */
const EXCLUDING_CHECKS: readonly string[] = ['nova-user', 'nova-service'];

/** Decides from the facts, and from what the checks have found so far: a blocked host gets nothing and gives nothing. Pure. */
export function decide(pool: PoolFacts, findings: readonly Finding[]): Decisions {
  const { backend, computes } = pool.nodes;
  const { settings, compute } = pool.inventory;
  const isComplete = computes.length === compute.length;
  const config = parsePinned(backend.linkSyncConfig);
  const pinned = config ?? NOTHING_PINNED;
  const novaIds = decideNovaIds(
    computes.map(({ host, users, base }) => ({
      host: host.name,
      nova: users.nova,
      isMember: base.kind === 'mounted',
    })),
    pinned.gid ?? gidOfCacheFolder(backend),
  );
  const excluded = new Set([
    ...findings.filter(({ check }) => EXCLUDING_CHECKS.includes(check)).map(({ host }) => host),
    ...novaIds.blocked.keys(),
    ...(novaIds.isRefused ? [backend.host.name] : []),
  ]);
  const novaRunsVms = computes.filter(
    ({ users }) =>
      users.nova !== null && users.hypervisor !== null && users.nova.uid === users.hypervisor.uid,
  );
  const part = computes.filter((node) => !excluded.has(node.host.name) && !novaRunsVms.includes(node));
  const owner = decideOwner({
    setting: settings.pool.owner,
    pinned: pinned.owner,
    hypervisors: part.map(({ users }) => users.hypervisor),
    complete: isComplete,
    novaUids: part.flatMap(({ users }) => (users.nova === null ? [] : [users.nova.uid])),
  });
  const blockedForOwner = settings.pool.owner === 'auto' ? novaRunsVms : [];
  const blocked = new Set([
    ...findings.filter(({ severity }) => severity === 'block').map(({ host }) => host),
    ...novaIds.blocked.keys(),
    ...(novaIds.isRefused || owner.novaUid !== null ? [backend.host.name] : []),
    ...blockedForOwner.map(({ host }) => host.name),
  ]);
  const copies = planCopies(pool.bases, blocked);
  const read = new Map(computes.map((node) => [node.host.name, node]));
  const nodes = compute.map(({ name }): HoldNode | null => {
    const node = read.get(name);
    if (node === undefined) return null;
    return holdNode(node.base, pool.bases.nodes.get(name), {
      isMounted: !blocked.has(name),
      coming: copies.names,
    });
  });
  return {
    novaIds,
    gid: novaIds.gid ?? 0,
    owner,
    novaRunsVms: blockedForOwner,
    ownerMatters: part.length > 0 || computes.length === 0,
    openrc: decideOpenrc(backend, settings.linkSync.openrc),
    hold: decideHold(pinned.hold, nodes),
    copies,
    adopted: decideAdopted(pool, isComplete, pinned.adopted, copies),
    isConfigDamaged: config === null,
    isComplete,
  };
}

/** A name is removed from the list only when its file never came, and no node can still be sending it. */
function decideAdopted(
  { nodes: { backend } }: PoolFacts,
  isComplete: boolean,
  pinned: readonly string[],
  { names }: Copies,
): readonly string[] {
  const { poolFiles } = backend;
  const kept = pinned.filter(
    (name) => !isComplete || poolFiles === null || poolFiles(name)?.published === true,
  );
  return [...new Set([...kept, ...names])].sort();
}

/** The gid of a cache folder that fastboot made pins the pool's gid, also where the configuration was lost. */
function gidOfCacheFolder({ cache }: Backend): number | null {
  return cache.kind === 'folder' && cache.uid === 0 && cache.gid > 0 && cache.mode === '1775'
    ? cache.gid
    : null;
}
