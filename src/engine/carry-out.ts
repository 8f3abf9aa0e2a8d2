import type { HostOutcome } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { isUnreachable } from '../core/failure.ts';
import type { Result } from '../core/result.ts';
import type { State } from '../facts/state.ts';
import { executableUnits, isBlocked } from '../plan/plan.ts';
import type { Change, HostPlan, Stage } from '../plan/plan.ts';
import type { RunContext } from './context.ts';
import { participants } from './context.ts';
import { execute } from './execute.ts';
import { forEachLimited } from './limit.ts';
import { replan } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import type { Session } from './sessions.ts';

/** How each host came out of the run. */
export interface HostResult {
  readonly host: string;
  readonly outcome: HostOutcome;
  /** Changes that were made. */
  readonly changed: number;
  readonly failure?: Failure;
}

/**
 * Carries out a plan: stage after stage, the hosts of a stage side by side. A host that fails stops by itself; where
 * the backend fails or is blocked, no later stage starts. After its changes each host is read and planned again:
 * anything left over is a failure.
 */
export async function carryOut(
  run: RunContext,
  { plan, sessions }: Prepared,
): Promise<readonly HostResult[]> {
  const lost = new AbortController();
  // the lock is released only after this; if it ends before, another run may begin, and this one must not go on
  void sessions.lock?.ended.then(() => lost.abort());
  const context = { ...run, stop: AbortSignal.any([run.stop, lost.signal]) };
  const results = new Map<string, HostResult>();
  for (const [host, failure] of sessions.failures) {
    results.set(host, {
      host,
      outcome: isUnreachable(failure) ? 'unreachable' : 'failed',
      changed: 0,
      failure,
    });
  }
  let held = false;
  for (const [index, stage] of plan.stages.entries()) {
    if (held || context.stop.aborted) break;
    const names = stage.hosts.map(({ host }) => host);
    context.emit({ type: 'phase.start', phase: stage.name, hosts: names });
    await forEachLimited(stage.hosts, context.forks, context.stop, async (hostPlan) => {
      const before = results.get(hostPlan.host);
      if (before !== undefined && before.outcome !== 'changed' && before.outcome !== 'unchanged') return;
      const result = await carryOutHost(context, { plan, sessions }, index, hostPlan);
      results.set(hostPlan.host, before === undefined ? result : addUp(before, result));
      if (wentWell(result)) context.emit({ type: 'host.passed', host: hostPlan.host, phase: stage.name });
    });
    context.emit({ type: 'phase.done', phase: stage.name });
    held = stage.essential && !wentWell(results.get(context.inventory.backend.name));
  }
  const backend = context.inventory.backend.name;
  if (lost.signal.aborted) results.set(backend, lockLost(context, results.get(backend)?.changed ?? 0));
  const concerned = new Set(plan.stages.flatMap(({ hosts }) => hosts.map(({ host }) => host)));
  const all = participants(context).map(({ name }): HostResult => {
    const outcome = concerned.has(name) ? 'skipped' : 'unchanged';
    return results.get(name) ?? { host: name, outcome, changed: 0 };
  });
  for (const { host, outcome, changed } of all) context.emit({ type: 'host.done', host, outcome, changed });
  return all;
}

function lockLost({ inventory, emit }: RunContext, changed: number): HostResult {
  const host = inventory.backend.name;
  const failure: Failure = {
    kind: 'lost',
    during: 'holding the run lock',
    cause: 'the lock ended before the run',
  };
  emit({ type: 'host.failed', host, failure });
  return { host, outcome: 'failed', changed, failure };
}

/** What a host's stages come to: as the last one came out, but changed where any of them changed something. */
function addUp(before: HostResult, last: HostResult): HostResult {
  const changed = before.changed + last.changed;
  return { ...last, changed, outcome: last.outcome === 'unchanged' ? before.outcome : last.outcome };
}

const wentWell = (result: HostResult | undefined): boolean =>
  result?.outcome === 'changed' || result?.outcome === 'unchanged';

async function carryOutHost(
  context: RunContext,
  prepared: Prepared,
  stage: number,
  hostPlan: HostPlan,
): Promise<HostResult> {
  const { host } = hostPlan;
  const session = prepared.sessions.open.get(host);
  if (session === undefined) return { host, outcome: 'skipped', changed: 0 };
  if (isBlocked(hostPlan)) return { host, outcome: 'blocked', changed: 0 };
  if (executableUnits(hostPlan).length === 0) return { host, outcome: 'unchanged', changed: 0 };
  const verify = [...session.queries.values()];
  const execution = await execute(session.connection, hostPlan, verify, {
    nonce: context.nonce(),
    timeoutSeconds: context.taskTimeoutSeconds,
    stop: context.stop,
    kill: context.kill,
    now: context.now,
    emit: context.emit,
  });
  switch (execution.kind) {
    case 'done':
      return verified(context, prepared, session, stage, execution.done, execution.state);
    case 'stopped':
      return { host, outcome: 'skipped', changed: execution.done };
    case 'failed':
      return failed(context, host, execution.change, execution.done, execution.failure);
  }
}

/** Compares what came out with what was wanted. */
function verified(
  context: RunContext,
  prepared: Prepared,
  session: Session,
  stage: number,
  changed: number,
  after: State,
): HostResult {
  const host = session.host.name;
  session.state = session.state.merge(after);
  const left = leftOver(context, prepared, session, stage);
  if (left === undefined) return { host, outcome: 'changed', changed };
  return failed(context, host, undefined, changed, { kind: 'not-as-planned', ...left });
}

function leftOver(
  context: RunContext,
  { sessions, plan }: Prepared,
  session: Session,
  stage: number,
): { resource: string; detail: string } | undefined {
  const play = context.playbook.plays[stage];
  const name = (plan.stages[stage] satisfies Stage | undefined)?.name ?? '';
  if (play === undefined) throw new Error(`no play for stage ${name}`);
  const again: Result<HostPlan, string> = replan(context, sessions, session, play);
  if (!again.ok) return { resource: name, detail: again.error };
  const [change] = again.value.units
    .flatMap((unit) => unit.changes)
    .filter(({ action }) => action !== 'deferred');
  return change && { resource: `${change.type} ${change.label}`, detail: change.reason };
}

function failed(
  context: RunContext,
  host: string,
  change: Change | undefined,
  changed: number,
  failure: Failure,
): HostResult {
  if (change !== undefined) context.emit({ type: 'change.failed', host, change: change.id, failure });
  context.emit({ type: 'host.failed', host, failure });
  return { host, outcome: failure.kind === 'stale' ? 'blocked' : 'failed', changed, failure };
}
