import type { HostOutcome } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Result } from '../core/result.ts';
import { executableUnits, isBlocked } from '../plan/plan.ts';
import type { Change, HostPlan, Stage } from '../plan/plan.ts';
import { resourceTypes } from '../resources/index.ts';
import type { RunContext } from './context.ts';
import { execute } from './execute.ts';
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

/** Whether a host is as it should be now. */
export const hasSucceeded = (result: HostResult | undefined): boolean =>
  result?.outcome === 'changed' || result?.outcome === 'unchanged';

/**
 * Carries out one host's plan of one stage, then reads the host and plans it again: anything left over is a failure.
 *
 * @param stage the position of the host's play
 * @param allowed what of a plan may be done as the other hosts came out
 */
export async function applyHost(
  context: RunContext,
  prepared: Prepared,
  stage: number,
  hostPlan: HostPlan,
  allowed: (plan: HostPlan) => HostPlan,
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
    mayBegin: () => !context.stop.aborted && (prepared.sessions.lock?.isHeld() ?? true),
    kill: context.kill,
    now: context.now,
    emit: context.emit,
    signature: context.signature,
  });
  switch (execution.kind) {
    case 'done':
      session.state = session.state.merge(execution.state);
      return verified(context, prepared, session, stage, execution.done, allowed);
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
  allowed: (plan: HostPlan) => HostPlan,
): HostResult {
  const host = session.host.name;
  const left = leftOver(context, prepared, session, stage, allowed);
  if (left === undefined) return { host, outcome: 'changed', changed };
  return failed(context, host, undefined, changed, { kind: 'not-as-planned', ...left });
}

function leftOver(
  context: RunContext,
  { sessions, plan }: Prepared,
  session: Session,
  stage: number,
  allowed: (plan: HostPlan) => HostPlan,
): { resource: string; detail: string } | undefined {
  const play = context.playbook.plays[stage];
  const name = (plan.stages[stage] satisfies Stage | undefined)?.name ?? '';
  if (play === undefined) throw new Error(`no play for stage ${name}`);
  const again: Result<HostPlan, string> = replan(context, sessions, session, play);
  if (!again.ok) return { resource: name, detail: again.error };
  const [change] = allowed(again.value)
    .units.flatMap((unit) => unit.changes)
    .filter(({ action, type }) => action !== 'deferred' && resourceTypes[type]?.provesItself !== true);
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
