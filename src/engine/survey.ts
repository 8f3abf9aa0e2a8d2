import type { ResolveError, Wish } from '../playbook/resolve.ts';
import { wishQueries } from '../playbook/resolve.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { content } from '../facts/content.ts';
import type { Query } from '../facts/fact.ts';
import type { State } from '../facts/state.ts';
import { clientHosts, glanceGroup, isBackend } from '../inventory/inventory.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Check } from '../plan/plan.ts';
import type { Play } from '../playbook/playbook.ts';
import { factNames, rootOf } from '../playbook/roots.ts';
import { deriveLeaving } from '../pool/leave/leave.ts';
import { deriveLocal } from '../pool/local/local.ts';
import { derivePool, poolQueries } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool.ts';
import { PENDING_FILE } from '../shell/prelude.ts';
import type { RunContext } from './context.ts';
import type { Sessions } from './sessions.ts';

/** What the hosts are and what they should have, from what was read so far: the pure half of making a plan. */

const owedQuery = content({ path: PENDING_FILE });

/** What a host's first script asks: what playbooks use as facts, else at once what their resources need. */
export function firstQueries(context: RunContext, host: Host): readonly Query[] {
  if (factsUsed(context).length > 0) return [owedQuery, ...poolQueries(context.inventory, host)];
  const wishes = playsFor(context, host).map((play) => context.resolve(play, host, {}));
  return [owedQuery, ...wishes.flatMap((wish) => (wish.ok ? wishQueries(wish.value) : []))];
}

/**
 * The pool as all hosts that were read decide it; empty for playbooks that do not ask. What stands in the pool's way is no
 * obstacle to a playbook that only asks what systems the hosts have.
 */
export function viewPool(context: RunContext, sessions: Sessions): PoolView {
  const names = factsUsed(context);
  if (names.length === 0) return { checks: [], vars: () => ({}), questions: () => [] };
  const open = [...sessions.open.values()];
  const derive = derivation(names);
  const pool = derive({
    inventory: context.inventory,
    states: new Map(open.map(({ host, state }) => [host.name, state])),
    lost: context.selected.map((host) => host.name).filter((name) => !sessions.open.has(name)),
    unread: clientHosts(context.inventory)
      .map((host) => host.name)
      .filter((name) => !sessions.open.has(name)),
    receivedAt: new Map(open.map(({ host, receivedAt }) => [host.name, receivedAt])),
  });
  return names.every((name) => rootOf(name) === 'os') ? { ...pool, checks: [] } : pool;
}

/** Nodes that leave, or that files are taken from, are judged by other things than nodes that come. */
function derivation(names: readonly string[]): typeof derivePool {
  const roots = names.map(rootOf);
  if (roots.includes('leave')) return deriveLeaving;
  return roots.includes('local') ? deriveLocal : derivePool;
}

/** The wishes of one host, by play. */
export type Wishes = ReadonlyMap<Play, Wish>;

/** All plays filled in for all hosts; what a blocked host should have may not even be known, so it gets none. */
export function allWishes(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
): Result<ReadonlyMap<string, Wishes>, { readonly host: string; readonly error: ResolveError }> {
  const all = new Map<string, Wishes>();
  const stopped = blocksOf(pool, context.inventory.backend.name).length > 0;
  for (const { host } of sessions.open.values()) {
    if (stopped || blocksOf(pool, host.name).length > 0) continue;
    const wishes = new Map<Play, Wish>();
    for (const play of playsFor(context, host)) {
      const wish = context.resolve(play, host, pool.vars(host.name));
      if (!wish.ok) return err({ host: host.name, error: wish.error });
      wishes.set(play, wish.value);
    }
    all.set(host.name, wishes);
  }
  return ok(all);
}

/** Whether a play works on a host; the backend has what the play for Glance's hosts would give it. */
export function targets(play: Play, host: Host): boolean {
  if (play.hosts === glanceGroup && isBackend(host)) return false;
  return play.hosts === 'all' || play.hosts === host.name || host.groups.includes(play.hosts);
}

/** The findings that keep a host from being changed. */
export function blocksOf(pool: PoolView, host: string): readonly Check[] {
  return pool.checks.filter((check) => check.host === host && check.severity === 'block');
}

/** Handlers that an earlier run noted on the host and did not come to run. */
export function owedHandlers(state: State): readonly string[] {
  return (state.read(owedQuery) ?? '').split('\n').filter((line) => line !== '');
}

/** The facts that the playbook decides from. */
function factsUsed({ playbook }: RunContext): readonly string[] {
  return factNames(playbook.plays.flatMap((play) => play.names));
}

/** The plays that work on a host. */
export function playsFor({ playbook }: Pick<RunContext, 'playbook'>, host: Host): readonly Play[] {
  return playbook.plays.filter((play) => targets(play, host));
}
