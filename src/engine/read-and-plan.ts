/** The first half of a run: connects, reads all hosts and plans. Nothing is changed on any host. */
import type { Failure } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Query } from '../facts/fact.ts';
import type { Plan } from '../plan/plan.ts';
import type { ResolveError } from '../playbook/resolve.ts';
import type { PoolView } from '../pool/derivation.ts';
import { desiredQueries } from '../resources/desired-state.ts';
import { participants } from './context.ts';
import type { RunContext } from './context.ts';
import { firstQueries, resolveAll, viewPool } from './decide-desired-state.ts';
import type { DesiredStates } from './decide-desired-state.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { LockHolder } from './lock-holder.ts';
import { makePlan } from './make-plan.ts';
import { closeSessions, openSessions, readMore } from './sessions.ts';
import type { Session, Sessions } from './sessions.ts';

/** The plan, and the open connections to apply it with. */
export interface Prepared {
  readonly plan: Plan;
  readonly sessions: Sessions;
}

/** A plan with what it was decided from: the pool, and the desired state of each host. */
export interface Decided extends Prepared {
  readonly pool: PoolView;
  readonly desired: ReadonlyMap<string, DesiredStates>;
}

/** Why there is no plan. */
export type NoPlan =
  | { readonly kind: 'locked'; readonly holder: string }
  | { readonly kind: 'backend'; readonly failure: Failure }
  | { readonly kind: 'playbook'; readonly host: string; readonly error: ResolveError }
  | { readonly kind: 'interrupted' };

/** Answers about existing disks lead to further questions. So many rounds of them are asked. */
const MAX_POOL_ROUNDS = 4;

/**
 * Connects, reads all hosts and plans. A host needs two scripts; more only where answers about existing disks lead to
 * further questions. If there is a plan, the connections stay open; otherwise they are closed.
 *
 * @param holder if given, the run lock is taken first
 */
export async function prepare(
  context: RunContext,
  holder: LockHolder | undefined,
): Promise<Result<Decided, NoPlan>> {
  const phase = 'Read';
  context.emit({ type: 'phase.start', phase, hosts: participants(context).map((host) => host.name) });
  const sessions = await openSessions(context, (host) => firstQueries(context, host), holder);
  const prepared = await readAndPlan(context, sessions, phase);
  context.emit({ type: 'phase.done', phase });
  if (!prepared.ok) await closeSessions(sessions);
  return prepared;
}

/** Decides, asks what this needs to know, and decides again with the answers, until there is nothing left to ask. */
async function readAndPlan(
  context: RunContext,
  sessions: Sessions,
  phase: string,
): Promise<Result<Decided, NoPlan>> {
  const early = whyNoPlan(context, sessions);
  if (early !== undefined) return err(early);
  const passed = new Set<string>();
  const emitPassed = (hosts: readonly string[]): void => {
    for (const host of hosts.filter((name) => !passed.has(name))) {
      passed.add(host);
      context.emit({ type: 'host.passed', host, phase });
    }
  };
  for (let round = 0; ; round += 1) {
    const pool = viewPool(context, sessions);
    const desired = resolveAll(context, sessions, pool);
    if (!desired.ok) return err({ kind: 'playbook', ...desired.error });
    const asked = await askMore(context, sessions, (host) => [
      ...[...(desired.value.get(host)?.values() ?? [])].flatMap(desiredQueries),
      ...(round < MAX_POOL_ROUNDS ? pool.questions(host) : []),
    ]);
    const late = whyNoPlan(context, sessions);
    if (late !== undefined) return err(late);
    const open = [...sessions.open.keys()];
    emitPassed(asked ? open.filter((host) => pool.questions(host).length === 0) : open);
    if (asked) continue;
    const plan = makePlan(context, sessions, pool, desired.value);
    return ok({ plan, sessions, pool, desired: desired.value });
  }
}

/** Asks all hosts the queries that they have not answered yet. Gives whether there was anything to ask. */
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
    if (!read.ok && !context.stop.aborted) await dropHost(context, sessions, session, read.error);
  });
  return asked;
}

/** Why no plan can be made; undefined where one can. */
function whyNoPlan(context: RunContext, sessions: Sessions): NoPlan | undefined {
  if (sessions.lockedBy !== undefined) return { kind: 'locked', holder: sessions.lockedBy };
  if (context.stop.aborted) return { kind: 'interrupted' };
  const failure = sessions.failures.get(context.inventory.backend.name);
  return failure && { kind: 'backend', failure };
}

/** Takes a host that could not be read out of the run. */
async function dropHost(
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
