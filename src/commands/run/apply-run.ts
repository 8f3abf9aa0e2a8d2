/** A run that changes hosts: plan, confirm, apply, verify, recap. `apply`, `remove` and `gc` share it. */
import { applyPlan } from '../../engine/apply.ts';
import type { HostResult } from '../../engine/apply.ts';
import type { LockHolder } from '../../engine/lock-holder.ts';
import { prepare } from '../../engine/read-and-plan.ts';
import type { Rollout } from '../../engine/rollout.ts';
import { closeSessions } from '../../engine/sessions.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ApplyTarget } from './apply-target.ts';
import { confirmPlan } from './consent.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { endWithoutPlan, untouched } from './end-without-plan.ts';
import type { ChangeOptions } from './options.ts';
import { recordRun } from './record-run.ts';
import { openRun, withRun } from './run.ts';
import type { Run } from './run.ts';
import { findStalenessNow, refuseStale } from './saved-plan.ts';
import { showPlan } from './show-plan.ts';
import { showRecap } from './show-recap.ts';

/** What a command that changes hosts works on. */
export interface ChangeRequest extends ApplyTarget {
  /** The command's name. */
  readonly command: string;
  readonly rollout: Rollout;
  /** What to print at the end of a successful run. */
  readonly afterwards?: (plan: Plan) => string;
}

/**
 * Gives the exit code. A saved plan is made again from its own desired states first. If that gives another plan, something
 * has changed since, and nothing is done.
 */
export async function change(
  request: ChangeRequest,
  options: ChangeOptions,
  environment: Environment,
): Promise<number> {
  const { command, loaded, saved, changed, rollout } = request;
  const limited = saved === undefined ? options : { ...options, limit: saved.limit ?? undefined };
  const run = await openRun(command, loaded, limited, environment, options.lockTimeout);
  return withRun(run, async () => {
    if (saved !== undefined && changed.length > 0) return refuseStale(saved, changed, run, environment);
    const holder = lockHolder(run, environment);
    const prepared = await prepare(run.context, holder);
    if (!prepared.ok) return endWithoutPlan(run, prepared.error, environment);
    const differences = saved === undefined ? [] : findStalenessNow(saved, run, prepared.value);
    if (saved !== undefined && differences.length > 0) {
      await closeSessions(prepared.value.sessions);
      return refuseStale(saved, differences, run, environment);
    }
    await showPlan(run, prepared.value, loaded, limited, environment);
    const confirmed = await confirmPlan(run, prepared.value.plan, options, environment);
    const exitOf = (results: readonly HostResult[]): number => finalExit(results, confirmed, environment);
    const results = confirmed
      ? await recordRun(run, prepared.value.sessions, holder, exitOf, () =>
          applyPlan(run.context, prepared.value, rollout),
        )
      : untouched(run);
    await closeSessions(prepared.value.sessions);
    const exitCode = exitOf(results);
    await run.finish(results, exitCode);
    if (!options.json) showRecap(run, saved, options, environment, confirmed);
    if (confirmed && exitCode === EXIT.ok) printAfterwards(request, run, options, environment);
    return exitCode;
  });
}

function finalExit(results: readonly HostResult[], confirmed: boolean, { interrupts }: Environment): number {
  const signal = interrupts.received();
  if (signal !== undefined) return EXIT[signal];
  return confirmed ? exitCodeOf(results) : EXIT.ok;
}

function printAfterwards(
  { afterwards }: ChangeRequest,
  { plan }: Run,
  { json, format }: ChangeOptions,
  { stdout, stderr }: Environment,
): void {
  if (afterwards !== undefined && plan !== undefined)
    print(json || format !== 'text' ? stderr : stdout, afterwards(plan));
}

/** What the lock says about this run to those who wait for it. */
function lockHolder({ context, mask }: Run, environment: Environment): LockHolder {
  return {
    run: context.signature.runId,
    who: environment.user,
    from: environment.host,
    since: new Date().toISOString(),
    command: mask(environment.commandLine.join(' ')),
  };
}
