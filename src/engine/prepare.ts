import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Failure } from '../core/failure.ts';
import { isUnreachable } from '../core/failure.ts';
import { content } from '../facts/content.ts';
import type { Query } from '../facts/fact.ts';
import type { State } from '../facts/state.ts';
import type { Host } from '../inventory/inventory.ts';
import { buildHostPlan } from '../plan/build.ts';
import type { HostPlan, Plan, Stage } from '../plan/plan.ts';
import type { Play } from '../playbook/playbook.ts';
import { resolvePlay, wishQueries } from '../playbook/resolve.ts';
import type { ResolveError, Wish } from '../playbook/resolve.ts';
import { factRoots } from '../playbook/roots.ts';
import { derivePool, poolQueries } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool.ts';
import { PENDING_FILE } from '../shell/prelude.ts';
import { participants } from './context.ts';
import type { RunContext } from './context.ts';
import { forEachLimited } from './limit.ts';
import type { LockHolder } from './lock.ts';
import { closeSessions, openSessions, readMore } from './sessions.ts';
import type { Session, Sessions } from './sessions.ts';
import { hostVariables } from './variables.ts';

/** All that is known before the first change: the plan, and the open connections to carry it out. */
export interface Prepared {
  readonly plan: Plan;
  readonly sessions: Sessions;
}

/** Why there is no plan; nothing was touched on any host. */
export type NoPlan =
  | { readonly kind: 'locked'; readonly holder: string }
  | { readonly kind: 'backend'; readonly failure: Failure }
  | { readonly kind: 'playbook'; readonly host: string; readonly error: ResolveError }
  | { readonly kind: 'interrupted' };

const owedQuery = content({ path: PENDING_FILE });

/**
 * Connects, reads all hosts (two scripts each at the most) and plans. On success the connections stay open; otherwise
 * they are closed.
 *
 * @param holder given, the run lock is taken first
 */
export async function prepare(
  context: RunContext,
  holder: LockHolder | undefined,
): Promise<Result<Prepared, NoPlan>> {
  const hosts = participants(context).map((host) => host.name);
  context.emit({ type: 'phase.start', phase: 'Read', hosts });
  const sessions = await openSessions(context, (host) => firstQueries(context, host), holder);
  const plan = await planSessions(context, sessions);
  context.emit({ type: 'phase.done', phase: 'Read' });
  if (plan.ok && !context.stop.aborted) return ok({ plan: plan.value, sessions });
  await closeSessions(sessions);
  return plan.ok ? err({ kind: 'interrupted' }) : plan;
}

/** What the first script asks: what playbooks use as facts, else at once what their resources need. */
function firstQueries(context: RunContext, host: Host): readonly Query[] {
  if (usesFacts(context)) return [owedQuery, ...poolQueries(context.inventory, host)];
  const wishes = playsOf(context, host).map((play) => resolvePlay(play, hostVariables(host)));
  return [owedQuery, ...wishes.flatMap((wish) => (wish.ok ? wishQueries(wish.value) : []))];
}

async function planSessions(context: RunContext, sessions: Sessions): Promise<Result<Plan, NoPlan>> {
  const backend = context.inventory.backend.name;
  if (sessions.lockedBy !== undefined) return err({ kind: 'locked', holder: sessions.lockedBy });
  if (context.stop.aborted) return err({ kind: 'interrupted' });
  const failure = sessions.failures.get(backend);
  if (failure !== undefined) return err({ kind: 'backend', failure });
  const pool = viewPool(context, sessions);
  const wishes = resolveAll(context, sessions, pool);
  if (!wishes.ok) return wishes;
  await forEachLimited([...sessions.open.values()], context.forks, context.stop, async (session) => {
    const queries = (wishes.value.get(session.host.name) ?? []).flatMap(({ wish }) => wishQueries(wish));
    const read = await readMore(context, session, queries);
    if (read.ok) return;
    sessions.failures.set(session.host.name, read.error);
    sessions.open.delete(session.host.name);
    context.emit({ type: 'host.failed', host: session.host.name, failure: read.error });
    await session.connection.close();
  });
  const late = sessions.failures.get(backend);
  if (late !== undefined) return err({ kind: 'backend', failure: late });
  return ok(makePlan(context, sessions, pool, wishes.value));
}

/** A play with its values filled in for one host. */
interface HostWish {
  readonly play: Play;
  readonly wish: Wish;
}

function resolveAll(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
): Result<ReadonlyMap<string, readonly HostWish[]>, NoPlan> {
  const all = new Map<string, readonly HostWish[]>();
  const stopped = blocksOf(pool, context.inventory.backend.name).length > 0;
  for (const { host } of sessions.open.values()) {
    // what a blocked host should have may not even be known
    if (stopped || blocksOf(pool, host.name).length > 0) continue;
    const wishes: HostWish[] = [];
    for (const play of playsOf(context, host)) {
      const wish = resolvePlay(play, { ...hostVariables(host), ...pool.vars(host.name) });
      if (!wish.ok) return err({ kind: 'playbook', host: host.name, error: wish.error });
      wishes.push({ play, wish: wish.value });
    }
    all.set(host.name, wishes);
  }
  return ok(all);
}

function makePlan(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
  wishes: ReadonlyMap<string, readonly HostWish[]>,
): Plan {
  const { inventory, playbook } = context;
  const predicted = new Map([...sessions.open.values()].map(({ host, state }) => [host.name, state]));
  let held = false;
  const stages: Stage[] = [];
  for (const play of playbook.plays) {
    const hosts = participants(context).filter((host) => targets(play, host) && sessions.open.has(host.name));
    const plans = hosts.map((host): HostPlan => {
      const wish = wishes.get(host.name)?.find((entry) => entry.play === play)?.wish;
      const blocks = blocksOf(pool, host.name);
      const state = predicted.get(host.name);
      if (state === undefined || (held && blocks.length === 0) || (wish === undefined && blocks.length === 0))
        return { host: host.name, units: [] };
      const built = buildHostPlan({
        host: host.name,
        wish: wish ?? { groups: [], handlers: [] },
        state,
        owed: owedHandlers(state),
        blocks,
      });
      predicted.set(host.name, built.state);
      return built.plan;
    });
    const essential = hosts.some((host) => host.name === inventory.backend.name);
    stages.push({ name: play.name, essential, hosts: plans });
    // a blocked backend keeps every later stage from starting, so nothing is promised for it
    held ||=
      essential && plans.some((plan) => plan.host === inventory.backend.name && plan.units.some(hasBlock));
  }
  return {
    formatVersion: 1,
    fastboot: context.version,
    createdAt: new Date(context.wallNow() * 1000).toISOString(),
    inventory: { file: inventory.file, digest: inventory.digest },
    playbook: { file: playbook.file, digest: playbook.digest },
    limit: context.limit,
    checks: pool.checks,
    stages,
    unread: [...sessions.failures].map(([host, failure]) => ({
      host,
      reason: isUnreachable(failure) ? 'unreachable' : 'could not be read',
    })),
  };
}

const hasBlock = (unit: { readonly changes: readonly { readonly action: string }[] }): boolean =>
  unit.changes.some((change) => change.action === 'blocked');

/**
 * Plans one host's play anew from what was read after its changes were made. What is left did not come out as planned.
 */
export function replan(
  context: RunContext,
  sessions: Sessions,
  session: Session,
  play: Play,
): Result<HostPlan, string> {
  const pool = viewPool(context, sessions);
  const wish = resolvePlay(play, { ...hostVariables(session.host), ...pool.vars(session.host.name) });
  if (!wish.ok) return err(`${wish.error.task}: ${wish.error.message}`);
  const unread = wishQueries(wish.value).find((query) => !session.state.has(query));
  if (unread !== undefined) return err(`it now calls for something that was not planned: ${unread.key}`);
  const blocks = blocksOf(pool, session.host.name);
  return ok(
    buildHostPlan({
      host: session.host.name,
      wish: wish.value,
      state: session.state,
      owed: owedHandlers(session.state),
      blocks,
    }).plan,
  );
}

function viewPool(context: RunContext, sessions: Sessions): PoolView {
  if (!usesFacts(context)) return { checks: [], vars: () => ({}) };
  const open = [...sessions.open.values()];
  return derivePool({
    inventory: context.inventory,
    states: new Map(open.map(({ host, state }) => [host.name, state])),
    unread: context.inventory.compute.map((host) => host.name).filter((name) => !sessions.open.has(name)),
    receivedAt: new Map(open.map(({ host, receivedAt }) => [host.name, receivedAt])),
  });
}

function usesFacts({ playbook }: RunContext): boolean {
  return factRoots(playbook).length > 0;
}

/** The plays that work on a host, in order. */
function playsOf({ playbook }: RunContext, host: Host): readonly Play[] {
  return playbook.plays.filter((play) => targets(play, host));
}

function targets(play: Play, host: Host): boolean {
  return play.hosts === 'all' || play.hosts === host.name || host.groups.includes(play.hosts);
}

function blocksOf(pool: PoolView, host: string): PoolView['checks'] {
  return pool.checks.filter((check) => check.host === host && check.severity === 'block');
}

/** Handlers that an earlier run noted on the host and did not come to run. */
function owedHandlers(state: State): readonly string[] {
  return (state.read(owedQuery) ?? '').split('\n').filter((line) => line !== '');
}
