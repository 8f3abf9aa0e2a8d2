import { stripVTControlCharacters } from 'node:util';
import { isUnreachable } from '../core/failure.ts';
import { alsoByName } from '../core/secrets/mask.ts';
import { participants } from '../engine/context.ts';
import { prepare } from '../engine/prepare.ts';
import type { NoPlan, Prepared } from '../engine/prepare.ts';
import { closeSessions } from '../engine/sessions.ts';
import { clientHosts } from '../inventory/inventory.ts';
import { readPlanFile } from '../plan/load.ts';
import { maskPlan } from '../plan/mask.ts';
import { planChanges } from '../plan/plan.ts';
import { poolQueries, readCompute } from '../pool/nodes/nodes.ts';
import { describeSoftware } from '../pool/nodes/software.ts';
import { openPlanFile } from '../plan/save.ts';
import type { PlanFile } from '../plan/save.ts';
import { countActions } from '../report/plan/counts.ts';
import { comparePlans } from '../report/comparison/compare.ts';
import { renderPlan } from '../report/render-plan.ts';
import type { HostRead } from '../report/plan/reads-text.ts';
import { formatFailures } from '../report/recap/recap.ts';
import { loadAgainst, printComparison } from './run/compare.ts';
import type { Against } from './run/compare.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import type { Loaded } from './run/load.ts';
import { planResults } from './run/plan-results.ts';
import { describeNoPlan, noPlanExit, noPlanResults } from './run/no-plan.ts';
import type { ConnectOptions, PlanOptions } from './run/options.ts';
import { endingRun, openRun } from './run/run.ts';
import type { Run } from './run/run.ts';
import { savePlan } from './run/saved-plan.ts';

/** Reads all hosts and prints what would change and why; changes nothing anywhere. */
export async function plan(file: string, options: PlanOptions, environment: Environment): Promise<number> {
  if ((await readPlanFile(file)) !== undefined) {
    print(environment.stderr, `${file} is a saved plan already: see it with \`fastboot show ${file}\`.`);
    return EXIT.usage;
  }
  const loaded = await load(file, options, environment);
  if (loaded === undefined) return EXIT.usage;
  const against = await loadAgainst(options);
  if (against?.ok === false) {
    print(environment.stderr, against.error);
    return EXIT.usage;
  }
  const place = options.out === undefined ? undefined : await openPlanFile(options.out);
  if (place?.ok === false) {
    print(environment.stderr, `--out: ${place.error}. Nothing was touched.`);
    return EXIT.usage;
  }
  try {
    const run = await openRun('plan', loaded, options, environment);
    return await endingRun(run, () =>
      makePlan(run, loaded, { place: place?.value, against: against?.value }, options, environment),
    );
  } finally {
    await place?.value.discard();
  }
}

/** Shows what a command that changes hosts would do, and does nothing. */
export async function dryRun(
  loaded: Loaded,
  options: PlanOptions,
  environment: Environment,
): Promise<number> {
  const run = await openRun('plan', loaded, options, environment);
  const nothing = { place: undefined, against: undefined };
  return endingRun(run, () => makePlan(run, loaded, nothing, options, environment));
}

async function makePlan(
  run: Run,
  loaded: Loaded,
  { place, against }: { readonly place: PlanFile | undefined; readonly against: Against | undefined },
  options: PlanOptions,
  environment: Environment,
): Promise<number> {
  const prepared = await prepare(run.context, undefined);
  if (!prepared.ok) return endWithoutPlan(run, prepared.error, environment);
  await closeSessions(prepared.value.sessions);
  await showPlan(run, prepared.value, loaded, options, environment, against);
  const saved = place && (await savePlan(options.out ?? '', place, run, prepared.value));
  const exitCode = saved?.ok === false ? EXIT.usage : planExit(prepared.value, options);
  await run.finish(planResults(prepared.value, run), exitCode);
  const { stdout, stderr } = environment;
  if (!options.json) print(stderr, formatFailures(run.recorder.record(), stderr.style, stderr.columns()));
  if (saved?.ok === false) print(stderr, saved.text);
  else if (saved !== undefined && !options.json)
    print(options.format === 'text' ? stdout : stderr, saved.text);
  return exitCode;
}

/** Says on standard output what a plan holds, or how it differs from another, and to the event stream that it is made. */
export async function showPlan(
  run: Run,
  prepared: Prepared,
  { inventory, selected }: Loaded,
  options: ConnectOptions,
  environment: Environment,
  against?: Against,
): Promise<void> {
  const made = maskPlan(prepared.plan, run.mask);
  run.plan = made;
  const changes = planChanges(made);
  const { blocked, deferred } = countActions(made);
  run.context.emit({
    type: 'plan.made',
    changes: changes.length - blocked - deferred,
    blocked,
    deferred,
    hosts: new Set(changes.map(({ host }) => host)).size,
  });
  const comparison = against && comparePlans(against.plan, made);
  if (comparison !== undefined) {
    const { then, differences } = comparison;
    run.context.emit({ type: 'plan.compared', createdAt: then.createdAt, differences });
  }
  if (options.json) return;
  await run.view.flush();
  if (against !== undefined && comparison !== undefined) {
    printComparison(comparison, against.form, options, environment);
    return;
  }
  const limited =
    options.limit === undefined
      ? {}
      : { limited: { selected: selected.length, total: clientHosts(inventory).length } };
  const { stdout } = environment;
  print(
    stdout,
    await renderPlan(made, options.format, stdout.style, {
      width: stdout.columns(),
      verbose: options.verbose,
      quiet: options.quiet,
      reads: options.verbose ? readsOf(run, prepared) : [],
      ...limited,
    }),
  );
}

/** What was read of each host, in the order of the plan; what it runs where the playbooks ask for the pool's facts. */
function readsOf(run: Run, { sessions }: Prepared): readonly HostRead[] {
  const { inventory } = run.context;
  return participants(run.context).flatMap(({ name: host }) => {
    const session = sessions.open.get(host);
    if (session === undefined) return [];
    const answers: Record<string, number> = {};
    for (const { fact } of session.queries.values()) answers[fact.name] = (answers[fact.name] ?? 0) + 1;
    const compute = inventory.compute.find(({ name }) => name === host);
    const wasRead =
      compute !== undefined && poolQueries(inventory, compute).every((query) => session.state.has(query));
    return wasRead
      ? [{ host, answers, software: describeSoftware(readCompute(session.state, inventory, compute)) }]
      : [{ host, answers }];
  });
}

/** Ends a run that came to no plan: says why, gives the exit code. */
export async function endWithoutPlan(run: Run, reason: NoPlan, environment: Environment): Promise<number> {
  const exitCode = noPlanExit(reason, environment);
  const { stderr } = environment;
  const text = alsoByName(run.mask)(describeNoPlan(reason, run.context.inventory.backend.name, stderr));
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
