/** What the hosts should have, decided from what was read so far. Pure. */
import { PENDING_HANDLERS_FILE } from '../core/host-paths.ts';
import type { ResolveError } from '../playbook/resolve.ts';
import type { DesiredState } from '../resources/desired-state.ts';
import { desiredQueries } from '../resources/desired-state.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { content } from '../facts/content.ts';
import type { Query } from '../facts/fact.ts';
import type { State } from '../facts/state.ts';
import { clientHosts, glanceGroup, isBackend } from '../inventory/inventory.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Finding } from '../core/finding.ts';
import type { Play } from '../playbook/playbook.ts';
import { factNames, rootOf, SYSTEM_ROOT } from '../playbook/variable-names.ts';
import type { PoolView } from '../pool/derivation.ts';
import { poolQueries } from '../pool/queries.ts';
import type { RunContext } from './context.ts';
import type { Sessions } from './sessions.ts';

/** The handlers that an earlier run left pending. */
const pendingQuery = content({ path: PENDING_HANDLERS_FILE });

/**
 * The queries of a host's first script. For a playbook that uses facts of the pool they are those facts; otherwise those of
 * its resources.
 */
export function firstQueries(context: RunContext, host: Host): readonly Query[] {
  if (factsUsed(context).length > 0) return [pendingQuery, ...poolQueries(context.inventory, host)];
  const desiredStates = playsFor(context, host).map((play) => context.resolve(play, host, {}));
  return [
    pendingQuery,
    ...desiredStates.flatMap((desired) => (desired.ok ? desiredQueries(desired.value) : [])),
  ];
}

/**
 * What was decided about the pool, from all hosts that were read. It is empty for playbooks that use no facts of the pool.
 * A playbook that only asks about the operating system gets no findings: problems of the pool do not concern it.
 */
export function viewPool(context: RunContext, sessions: Sessions): PoolView {
  const names = factsUsed(context);
  if (names.length === 0) return { findings: [], vars: () => ({}), questions: () => [] };
  const open = [...sessions.open.values()];
  const pool = context.derivation.derive({
    inventory: context.inventory,
    states: new Map(open.map(({ host, state }) => [host.name, state])),
    lost: context.selected.map((host) => host.name).filter((name) => !sessions.open.has(name)),
    unread: clientHosts(context.inventory)
      .map((host) => host.name)
      .filter((name) => !sessions.open.has(name)),
    receivedAt: new Map(open.map(({ host, receivedAt }) => [host.name, receivedAt])),
  });
  return names.every((name) => rootOf(name) === SYSTEM_ROOT) ? { ...pool, findings: [] } : pool;
}

/** What each play asks of one host. */
export type DesiredStates = ReadonlyMap<Play, DesiredState>;

/** The desired states of all hosts. A blocked host has none: what it should have may not be known. */
export function resolveAll(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
): Result<ReadonlyMap<string, DesiredStates>, { readonly host: string; readonly error: ResolveError }> {
  const all = new Map<string, DesiredStates>();
  const isBackendBlocked = blocksOf(pool, context.inventory.backend.name).length > 0;
  for (const { host } of sessions.open.values()) {
    if (isBackendBlocked || blocksOf(pool, host.name).length > 0) continue;
    const desiredStates = new Map<Play, DesiredState>();
    for (const play of playsFor(context, host)) {
      const desired = context.resolve(play, host, pool.vars(host.name));
      if (!desired.ok) return err({ host: host.name, error: desired.error });
      desiredStates.set(play, desired.value);
    }
    all.set(host.name, desiredStates);
  }
  return ok(all);
}

/** Whether a play is for a host. The play for the hosts of Glance is not for the backend, which has its own play. */
export function targets(play: Play, host: Host): boolean {
  if (play.hosts === glanceGroup && isBackend(host)) return false;
  return play.hosts === 'all' || play.hosts === host.name || host.groups.includes(play.hosts);
}

/** The findings that keep a host from being changed. */
export function blocksOf(pool: PoolView, host: string): readonly Finding[] {
  return pool.findings.filter((check) => check.host === host && check.severity === 'block');
}

/** The handlers that an earlier run left pending on a host. */
export function pendingHandlers(state: State): readonly string[] {
  return (state.read(pendingQuery) ?? '').split('\n').filter((line) => line !== '');
}

/** The facts of the pool that the playbook uses. */
function factsUsed({ playbook }: RunContext): readonly string[] {
  return factNames(playbook.plays.flatMap((play) => play.names));
}

/** The plays for a host. */
export function playsFor({ playbook }: Pick<RunContext, 'playbook'>, host: Host): readonly Play[] {
  return playbook.plays.filter((play) => targets(play, host));
}
