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
import { factNames, rootOf } from '../playbook/roots.ts';
import type { PoolView } from '../pool/derivation.ts';
import { poolQueries } from '../pool/nodes/nodes.ts';
import type { RunContext } from './context.ts';
import type { Sessions } from './sessions.ts';

/** What the hosts are and what they should have, from what was read so far: the pure half of making a plan. */

const pendingQuery = content({ path: PENDING_HANDLERS_FILE });

/** What a host's first script asks: what playbooks use as facts, else at once what their resources need. */
export function firstQueries(context: RunContext, host: Host): readonly Query[] {
  if (factsUsed(context).length > 0) return [pendingQuery, ...poolQueries(context.inventory, host)];
  const desiredStates = playsFor(context, host).map((play) => context.resolve(play, host, {}));
  return [
    pendingQuery,
    ...desiredStates.flatMap((desired) => (desired.ok ? desiredQueries(desired.value) : [])),
  ];
}

/**
 * The pool as all hosts that were read decide it; empty for playbooks that do not ask. What stands in the pool's way is no
 * obstacle to a playbook that only asks what systems the hosts have.
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
  return names.every((name) => rootOf(name) === 'os') ? { ...pool, findings: [] } : pool;
}

/** The desired states of one host, by play. */
export type DesiredStates = ReadonlyMap<Play, DesiredState>;

/** All plays filled in for all hosts; what a blocked host should have may not even be known, so it gets none. */
export function resolveAll(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
): Result<ReadonlyMap<string, DesiredStates>, { readonly host: string; readonly error: ResolveError }> {
  const all = new Map<string, DesiredStates>();
  const stopped = blocksOf(pool, context.inventory.backend.name).length > 0;
  for (const { host } of sessions.open.values()) {
    if (stopped || blocksOf(pool, host.name).length > 0) continue;
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

/** Whether a play works on a host; the backend has what the play for Glance's hosts would give it. */
export function targets(play: Play, host: Host): boolean {
  if (play.hosts === glanceGroup && isBackend(host)) return false;
  return play.hosts === 'all' || play.hosts === host.name || host.groups.includes(play.hosts);
}

/** The findings that keep a host from being changed. */
export function blocksOf(pool: PoolView, host: string): readonly Finding[] {
  return pool.findings.filter((check) => check.host === host && check.severity === 'block');
}

/** Handlers that an earlier run noted on the host and did not come to run. */
export function pendingHandlers(state: State): readonly string[] {
  return (state.read(pendingQuery) ?? '').split('\n').filter((line) => line !== '');
}

/** The facts that the playbook decides from. */
function factsUsed({ playbook }: RunContext): readonly string[] {
  return factNames(playbook.plays.flatMap((play) => play.names));
}

/** The plays that work on a host. */
export function playsFor({ playbook }: Pick<RunContext, 'playbook'>, host: Host): readonly Play[] {
  return playbook.plays.filter((play) => targets(play, host));
}
