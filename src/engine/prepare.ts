import type { Failure } from '../core/failure.ts';
import { isUnreachable } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Query } from '../facts/fact.ts';
import { buildHostPlan } from '../plan/build.ts';
import { linkExports } from '../plan/exports.ts';
import type { ListedChange } from '../plan/change-list.ts';
import { isBlocked } from '../plan/plan.ts';
import type { HostPlan, Plan, Stage } from '../plan/plan.ts';
import { linkWithdrawals } from '../plan/withdrawals.ts';
import type { Play } from '../playbook/playbook.ts';
import { desiredQueries } from '../resources/desired-state.ts';
import type { ResolveError } from '../playbook/resolve.ts';
import type { PoolView } from '../pool/derivation.ts';
import { participants } from './context.ts';
import type { RunContext } from './context.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { LockHolder } from './lock.ts';
import { closeSessions, openSessions, readMore } from './sessions.ts';
import type { Session, Sessions } from './sessions.ts';
import { resolveAll, blocksOf, firstQueries, pendingHandlers, targets, viewPool } from './desired-state.ts';
import type { DesiredStates } from './desired-state.ts';

/** All that is known before the first change: the plan, and the open connections to carry it out. */
export interface Prepared {
  readonly plan: Plan;
  readonly sessions: Sessions;
}

/** A plan with what it was decided from: the pool, and what each play asks of each host. */
export interface Decided extends Prepared {
  readonly pool: PoolView;
  readonly desired: ReadonlyMap<string, DesiredStates>;
}

/** Why there is no plan; nothing was touched on any host. */
export type NoPlan =
  | { readonly kind: 'locked'; readonly holder: string }
  | { readonly kind: 'backend'; readonly failure: Failure }
  | { readonly kind: 'playbook'; readonly host: string; readonly error: ResolveError }
  | { readonly kind: 'interrupted' };

/**
 * Connects, reads all hosts (two scripts each; more only where an answer about old disks leads to another question) and
 * plans. On success the connections stay open; otherwise they are closed.
 *
 * @param holder given, the run lock is taken first
 */
export async function prepare(
  context: RunContext,
  holder: LockHolder | undefined,
): Promise<Result<Decided, NoPlan>> {
  const phase = 'Read';
  context.emit({ type: 'phase.start', phase, hosts: participants(context).map((host) => host.name) });
  const sessions = await openSessions(context, (host) => firstQueries(context, host), holder);
  const prepared = await planSessions(context, sessions, phase);
  context.emit({ type: 'phase.done', phase });
  if (!prepared.ok) await closeSessions(sessions);
  return prepared;
}

async function planSessions(
  context: RunContext,
  sessions: Sessions,
  phase: string,
): Promise<Result<Decided, NoPlan>> {
  const early = obstacle(context, sessions);
  if (early !== undefined) return err(early);
  const passed = new Set<string>();
  const pass = (isRead: (host: string) => boolean): void => {
    for (const host of sessions.open.keys()) {
      if (passed.has(host) || !isRead(host)) continue;
      passed.add(host);
      context.emit({ type: 'host.passed', host, phase });
    }
  };
  for (let round = 0; ; round++) {
    const pool = viewPool(context, sessions);
    const desiredStates = resolveAll(context, sessions, pool);
    if (!desiredStates.ok) return err({ kind: 'playbook', ...desiredStates.error });
    const asked = await askMore(context, sessions, (host) => [
      ...[...(desiredStates.value.get(host)?.values() ?? [])].flatMap(desiredQueries),
      ...(round < MOST_QUESTIONS ? pool.questions(host) : []),
    ]);
    const late = obstacle(context, sessions);
    if (late !== undefined) return err(late);
    pass((host) => pool.questions(host).length === 0);
    if (asked) continue;
    pass(() => true);
    const plan = makePlan(context, sessions, pool, desiredStates.value);
    return ok({ plan, sessions, pool, desired: desiredStates.value });
  }
}

/** How often answers may lead to further questions about the hosts' past. */
const MOST_QUESTIONS = 4;

/** Asks all hosts what is not known of them yet; whether there was anything to ask. */
async function askMore(
  context: RunContext,
  sessions: Sessions,
  queriesOf: (host: string) => readonly Query[],
): Promise<boolean> {
  let asked = false;
  await forEachLimited([...sessions.open.values()], context.forks, context.stop, async (session) => {
    const queries = queriesOf(session.host.name).filter((query) => !session.state.has(query));
    if (queries.length === 0) return;
    asked = true;
    const read = await readMore(context, session, queries);
    if (!read.ok && !context.stop.aborted) await drop(context, sessions, session, read.error);
  });
  return asked;
}

/** What keeps any plan from being made. */
function obstacle(context: RunContext, sessions: Sessions): NoPlan | undefined {
  if (sessions.lockedBy !== undefined) return { kind: 'locked', holder: sessions.lockedBy };
  if (context.stop.aborted) return { kind: 'interrupted' };
  const failure = sessions.failures.get(context.inventory.backend.name);
  return failure && { kind: 'backend', failure };
}

async function drop(
  context: RunContext,
  sessions: Sessions,
  session: Session,
  failure: Failure,
): Promise<void> {
  sessions.failures.set(session.host.name, failure);
  sessions.open.delete(session.host.name);
  context.emit({ type: 'host.failed', host: session.host.name, failure });
  await session.connection.close();
}

function makePlan(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
  desired: ReadonlyMap<string, DesiredStates>,
): Plan {
  const { inventory, playbook } = context;
  return {
    formatVersion: 1,
    fastboot: context.version,
    createdAt: new Date(context.wallNow() * 1000).toISOString(),
    inventory: { file: inventory.file, digest: inventory.digest },
    playbook: { file: playbook.file, digest: playbook.digest },
    limit: context.limit,
    findings: pool.findings,
    stages: makeStages(context, sessions, pool, desired),
    // in the inventory's order, whichever failed first: the same state gives the same plan
    unread: participants(context).flatMap(({ name: host }) => {
      const failure = sessions.failures.get(host);
      return failure === undefined ? [] : [{ host, reason: unreadReason(failure) }];
    }),
  };
}

/** Why nothing is planned for a host, in few words; the whole story is in its `host.failed` event. */
function unreadReason(failure: Failure): string {
  const what = isUnreachable(failure) ? 'unreachable' : 'could not be read';
  const why = 'reason' in failure ? failure.reason : 'detail' in failure ? failure.detail : failure.kind;
  return `${what}: ${why}`;
}

/** One stage a play. What a play will have changed on a host is known to the next play on that host. */
function makeStages(
  context: RunContext,
  sessions: Sessions,
  pool: PoolView,
  desired: ReadonlyMap<string, DesiredStates>,
): readonly Stage[] {
  const backend = context.inventory.backend.name;
  const predicted = new Map([...sessions.open.values()].map(({ host, state }) => [host.name, state]));
  const planned = new Map<string, readonly ListedChange[]>();
  const stages: Stage[] = [];
  for (const play of context.playbook.plays) {
    // a blocked backend keeps every later stage from starting, so nothing is promised for it
    const held = stages.some(
      ({ essential, hosts }) => essential && hosts.some((plan) => plan.host === backend && isBlocked(plan)),
    );
    const names = participants(context)
      .filter((host) => targets(play, host) && sessions.open.has(host.name))
      .map((host) => host.name);
    const hosts = names.map((host): HostPlan => {
      const state = predicted.get(host);
      const blocks = blocksOf(pool, host);
      const own = desired.get(host)?.get(play);
      // its blocked changes stand in its first stage; nothing of the others is carried out either
      if (stages.some(({ hosts: others }) => others.some((plan) => plan.host === host && isBlocked(plan))))
        return { host, units: [] };
      if (state === undefined || (blocks.length === 0 && (held || own === undefined)))
        return { host, units: [] };
      const built = buildHostPlan({
        host,
        desired: own ?? { groups: [], handlers: [] },
        state,
        pending: pendingHandlers(state),
        blocks,
        earlier: planned.get(host) ?? [],
      });
      predicted.set(host, built.state);
      planned.set(host, built.changes);
      return built.plan;
    });
    stages.push({ name: play.name, essential: names.includes(backend), hosts });
  }
  return linkWithdrawals(linkExports(stages));
}

/**
 * Plans one host's play anew from what was read after its changes were made. What is left did not come out as planned.
 */
export function replan(
  context: RunContext,
  sessions: Sessions,
  session: Session,
  play: Play,
): Result<HostPlan, string> {
  const { host, state } = session;
  const pool = viewPool(context, sessions);
  const desired = context.resolve(play, host, pool.vars(host.name));
  if (!desired.ok) return err(`${desired.error.task}: ${desired.error.message}`);
  const unread = desiredQueries(desired.value).find((query) => !state.has(query));
  if (unread !== undefined) return err(`it now calls for something that was not planned: ${unread.key}`);
  return ok(
    buildHostPlan({
      host: host.name,
      desired: desired.value,
      state,
      pending: pendingHandlers(state),
      blocks: blocksOf(pool, host.name),
    }).plan,
  );
}
