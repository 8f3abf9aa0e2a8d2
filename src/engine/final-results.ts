/** The results of all hosts at the end of a run. */
import type { Failure } from '../core/failure.ts';
import type { HostPlan, Plan } from '../plan/plan.ts';
import { participants } from './context.ts';
import type { RunContext } from './context.ts';
import { hasSucceeded } from './host-result.ts';
import type { HostResult } from './host-result.ts';
import { hasWork } from './rollout.ts';

/** A host is skipped where one of its stages has work and was not started, whatever its earlier stages did. */
export function finalResults(
  context: RunContext,
  plan: Plan,
  results: ReadonlyMap<string, HostResult>,
  started: ReadonlySet<HostPlan>,
): readonly HostResult[] {
  const parts = partsByHost(plan);
  return participants(context).map(({ name }): HostResult => {
    const own = parts.get(name) ?? [];
    const isUnfinished = own.some((part) => hasWork(part) && !started.has(part));
    const result = results.get(name);
    if (result === undefined)
      return { host: name, outcome: own.length > 0 ? 'skipped' : 'unchanged', changed: 0 };
    return isUnfinished && hasSucceeded(result) ? { ...result, outcome: 'skipped' } : result;
  });
}

function partsByHost({ stages }: Plan): ReadonlyMap<string, readonly HostPlan[]> {
  const parts = new Map<string, HostPlan[]>();
  for (const part of stages.flatMap(({ hosts }) => hosts)) {
    parts.set(part.host, [...(parts.get(part.host) ?? []), part]);
  }
  return parts;
}

/** The result of the backend when the run lock was lost, which is emitted as its failure. */
export function lockLostResult({ inventory, emit }: RunContext, changed: number): HostResult {
  const host = inventory.backend.name;
  const failure: Failure = {
    kind: 'lost',
    during: 'holding the run lock',
    cause: 'the lock ended before the run did',
  };
  emit({ type: 'host.failed', host, failure });
  return { host, outcome: 'failed', changed, failure };
}
