/** Applies one host's plan of one stage and verifies it. */
import type { Failure } from '../core/failure.ts';
import { executableUnits, isBlocked } from '../plan/plan.ts';
import type { Change, HostPlan } from '../plan/plan.ts';
import { resourceTypes } from '../resources/index.ts';
import type { RunContext } from './context.ts';
import { execute } from './execute.ts';
import type { HostResult } from './host-result.ts';
import type { Prepared } from './read-and-plan.ts';
import { replan } from './replan.ts';
import type { Session } from './sessions.ts';

/**
 * Applies one host's plan of one stage. Then the host is read and planned again: a change that is left over is a failure.
 *
 * @param stage the number of the stage, which is also the number of its play
 * @param withoutWaiting leaves out the changes that must wait for other hosts
 */
export async function applyHost(
  context: RunContext,
  prepared: Prepared,
  stage: number,
  hostPlan: HostPlan,
  withoutWaiting: (plan: HostPlan) => HostPlan,
): Promise<HostResult> {
  const { host } = hostPlan;
  const session = prepared.sessions.open.get(host);
  if (session === undefined) return { host, outcome: 'skipped', changed: 0 };
  if (isBlocked(hostPlan)) return { host, outcome: 'blocked', changed: 0 };
  if (executableUnits(hostPlan).length === 0) return { host, outcome: 'unchanged', changed: 0 };
  const execution = await execute(session.connection, hostPlan, [...session.queries.values()], {
    nonce: context.nonce(),
    timeoutSeconds: context.taskTimeoutSeconds,
    mayBegin: () => !context.stop.aborted && (prepared.sessions.lock?.isHeld() ?? true),
    kill: context.kill,
    now: context.now,
    emit: context.emit,
    signature: context.signature,
  });
  switch (execution.kind) {
    case 'stopped':
      return { host, outcome: 'skipped', changed: execution.done };
    case 'failed':
      return failed(context, host, execution.change, execution.done, execution.failure);
    case 'done': {
      session.state = session.state.merge(execution.state);
      const leftOver = findLeftOver(context, prepared, session, stage, withoutWaiting);
      if (leftOver === undefined) return { host, outcome: 'changed', changed: execution.done };
      const failure: Failure = { kind: 'not-as-planned', ...leftOver };
      return failed(context, host, undefined, execution.done, failure);
    }
  }
}

/** The first change that is still needed after all changes were made; undefined where there is none. */
function findLeftOver(
  context: RunContext,
  { sessions, plan }: Prepared,
  session: Session,
  stage: number,
  withoutWaiting: (plan: HostPlan) => HostPlan,
): { readonly resource: string; readonly detail: string } | undefined {
  const play = context.playbook.plays[stage];
  const name = plan.stages[stage]?.name ?? '';
  if (play === undefined) throw new Error(`no play for stage ${name}`);
  const again = replan(context, sessions, session, play);
  if (!again.ok) return { resource: name, detail: again.error };
  const change = withoutWaiting(again.value)
    .units.flatMap(({ changes }) => changes)
    .find(({ action, type }) => action !== 'deferred' && resourceTypes[type]?.provesItself !== true);
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
  // a host that is not as the plan expects was refused, which is not a failure of the host
  return { host, outcome: failure.kind === 'stale' ? 'blocked' : 'failed', changed, failure };
}
