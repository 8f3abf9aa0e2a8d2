import { stripVTControlCharacters } from 'node:util';
import { isUnreachable } from '../core/failure.ts';
import { prepare } from '../engine/prepare.ts';
import type { NoPlan, Prepared } from '../engine/prepare.ts';
import { closeSessions } from '../engine/sessions.ts';
import { planChanges } from '../plan/plan.ts';
import { renderPlan } from '../report/plan-format.ts';
import { formatFailures } from '../report/recap.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { load } from './load.ts';
import type { Loaded } from './load.ts';
import { planResults } from './plan-results.ts';
import { describeNoPlan, noPlanExit, noPlanResults } from './no-plan.ts';
import type { ConnectOptions, PlanOptions } from './options.ts';
import { endingRun, openRun } from './run.ts';
import type { Run } from './run.ts';

/** Reads all hosts and prints what would change and why; changes nothing anywhere. */
export async function plan(file: string, options: PlanOptions, environment: Environment): Promise<number> {
  const loaded = await load(file, options, environment);
  if (loaded === undefined) return EXIT.usage;
  const run = await openRun('plan', loaded, options, environment);
  return endingRun(run, async () => {
    const prepared = await prepare(run.context, undefined);
    if (!prepared.ok) return endWithoutPlan(run, prepared.error, environment);
    await closeSessions(prepared.value.sessions);
    await showPlan(run, prepared.value, loaded, options, environment);
    const exitCode = planExit(prepared.value, options);
    await run.finish(planResults(prepared.value, run), exitCode);
    const { stderr } = environment;
    if (!options.json) print(stderr, formatFailures(run.recorder.record(), stderr.style, stderr.columns()));
    return exitCode;
  });
}

/** Says on standard output what a plan holds, and to the event stream that it is made. */
export async function showPlan(
  run: Run,
  { plan: made }: Prepared,
  { inventory, selected }: Loaded,
  options: ConnectOptions,
  environment: Environment,
): Promise<void> {
  run.plan = made;
  const changes = planChanges(made);
  const count = (action: string): number => changes.filter((change) => change.action === action).length;
  run.context.emit({
    type: 'plan.made',
    changes: changes.length - count('blocked') - count('deferred'),
    blocked: count('blocked'),
    deferred: count('deferred'),
    hosts: new Set(changes.map(({ host }) => host)).size,
  });
  if (options.json) return;
  await run.view.flush();
  const limited =
    options.limit === undefined
      ? {}
      : { limited: { selected: selected.length, total: inventory.compute.length } };
  const { stdout } = environment;
  print(
    stdout,
    renderPlan(made, options.format, stdout.style, {
      width: stdout.columns(),
      verbose: options.verbose,
      quiet: options.quiet,
      ...limited,
    }),
  );
}

/** Ends a run that came to no plan: says why, gives the exit code. */
export async function endWithoutPlan(run: Run, reason: NoPlan, environment: Environment): Promise<number> {
  const exitCode = noPlanExit(reason, environment);
  const { stderr } = environment;
  const text = describeNoPlan(reason, run.context.inventory.backend.name, stderr);
  if (reason.kind !== 'interrupted')
    run.context.emit({ type: 'run.failed', reason: reason.kind, text: stripVTControlCharacters(text) });
  await run.finish(noPlanResults(reason, run), exitCode);
  print(stderr, text);
  return exitCode;
}

/** A plan that lacks hosts tells so by its exit code. */
function planExit({ plan: made, sessions }: Prepared, options: PlanOptions): number {
  const failures = [...sessions.failures.values()];
  if (failures.length > 0) return failures.every(isUnreachable) ? EXIT.unreachable : EXIT.failed;
  return options.detailedExitcode && planChanges(made).length > 0 ? EXIT.changes : EXIT.ok;
}
