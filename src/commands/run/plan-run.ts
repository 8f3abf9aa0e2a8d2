/** A run that makes a plan and shows, compares or saves it; it changes nothing on any host. */
import { isUnreachable } from '../../core/failure.ts';
import { prepare } from '../../engine/read-and-plan.ts';
import type { Prepared } from '../../engine/read-and-plan.ts';
import { closeSessions } from '../../engine/sessions.ts';
import { planChanges } from '../../plan/plan.ts';
import { formatFailures } from '../../report/recap/failure-sections.ts';
import type { Against } from './compare.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import type { Loaded } from './load.ts';
import { endWithoutPlan } from './end-without-plan.ts';
import type { ExitOptions, RunOptions } from './options.ts';
import { planResults } from './plan-results.ts';
import { openRun, withRun } from './run.ts';
import { savePlan } from './saved-plan.ts';
import type { SaveTarget } from './saved-plan.ts';
import { showPlan } from './show-plan.ts';

/** What becomes of the plan besides being shown. */
export interface PlanTargets {
  /** The file that it is saved in. */
  readonly save?: SaveTarget | undefined;
  /** The plan that it is compared with. */
  readonly against?: Against | undefined;
}

/** Makes and shows a plan; gives the exit code. */
export async function makePlan(
  loaded: Loaded,
  options: RunOptions & ExitOptions,
  environment: Environment,
  { save, against }: PlanTargets = {},
): Promise<number> {
  const { stdout, stderr } = environment;
  const run = await openRun('plan', loaded, options, environment);
  return withRun(run, async () => {
    const prepared = await prepare(run.context, undefined);
    if (!prepared.ok) return endWithoutPlan(run, prepared.error, environment);
    await closeSessions(prepared.value.sessions);
    await showPlan(run, prepared.value, loaded, options, environment, against);
    const saved = save && (await savePlan(save, run, prepared.value));
    const exitCode = saved?.ok === false ? EXIT.usage : planExit(prepared.value, options);
    await run.finish(planResults(prepared.value, run), exitCode);
    if (!options.json) print(stderr, formatFailures(run.recorder.record(), stderr.style, stderr.columns()));
    if (saved?.ok === false) print(stderr, saved.error);
    else if (saved !== undefined && !options.json)
      print(options.format === 'text' ? stdout : stderr, saved.value);
    return exitCode;
  });
}

/** The exit code of a plan; where hosts could not be read, it says so. */
function planExit({ plan, sessions }: Prepared, options: ExitOptions): number {
  const failures = [...sessions.failures.values()];
  if (failures.length > 0) return failures.every(isUnreachable) ? EXIT.unreachable : EXIT.failed;
  return options.detailedExitcode && planChanges(plan).length > 0 ? EXIT.changes : EXIT.ok;
}
