/** The results of a run that only plans. */
import { isUnreachable } from '../../core/failure.ts';
import type { HostResult } from '../../engine/apply.ts';
import { participants } from '../../engine/context.ts';
import type { Prepared } from '../../engine/read-and-plan.ts';
import { executableUnits, isBlocked } from '../../plan/plan.ts';
import type { Run } from './run.ts';

/** The results that hosts would have if the plan was applied: `run.done` of a plan counts them. */
export function planResults({ plan: made, sessions }: Prepared, { context }: Run): readonly HostResult[] {
  const stoppedAt = made.stages.findIndex(({ essential, hosts }) => essential && hosts.some(isBlocked));
  return participants(context).map(({ name: host }): HostResult => {
    const failure = sessions.failures.get(host);
    if (failure !== undefined)
      return { host, outcome: isUnreachable(failure) ? 'unreachable' : 'failed', changed: 0, failure };
    const stages = made.stages.map(({ hosts }) => hosts.find((each) => each.host === host));
    const changed = stages
      .flatMap((each) => (each === undefined || isBlocked(each) ? [] : executableUnits(each)))
      .reduce((sum, { changes }) => sum + changes.length, 0);
    if (stages.some((each) => each !== undefined && isBlocked(each)))
      return { host, outcome: 'blocked', changed };
    if (stoppedAt >= 0 && stages.some((each, index) => each !== undefined && index > stoppedAt))
      return { host, outcome: 'skipped', changed };
    return { host, outcome: changed > 0 ? 'changed' : 'unchanged', changed };
  });
}
