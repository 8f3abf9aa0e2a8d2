/** Shows the plan of a run: on standard output as text or in another form, and in the event stream. */
import { participants } from '../../engine/context.ts';
import type { Prepared } from '../../engine/read-and-plan.ts';
import { clientHosts } from '../../inventory/inventory.ts';
import { maskPlan } from '../../plan/mask.ts';
import { planChanges } from '../../plan/plan.ts';
import { computeQueries, readCompute } from '../../pool/nodes/compute.ts';
import { describeSoftware } from '../../pool/nodes/software-text.ts';
import { comparePlans } from '../../report/comparison/compare.ts';
import { countActions } from '../../report/plan/counts.ts';
import type { HostRead } from '../../report/plan/facts-read-text.ts';
import { renderPlan } from '../../report/render-plan.ts';
import { printComparison } from './compare.ts';
import type { Against } from './compare.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import type { Loaded } from './load.ts';
import type { OutputOptions, SelectOptions } from './options.ts';
import type { Run } from './run.ts';

/**
 * Shows what a plan holds, or how it differs from another one. From then on the run has its plan, with secrets masked.
 *
 * @param against the plan that it is compared with; undefined: the plan itself is shown
 */
export async function showPlan(
  run: Run,
  prepared: Prepared,
  { inventory, selected }: Loaded,
  options: OutputOptions & Pick<SelectOptions, 'limit'>,
  environment: Environment,
  against?: Against,
): Promise<void> {
  const plan = maskPlan(prepared.plan, run.mask);
  run.plan = plan;
  const changes = planChanges(plan);
  const { blocked, deferred } = countActions(plan);
  run.context.emit({
    type: 'plan.made',
    changes: changes.length - blocked - deferred,
    blocked,
    deferred,
    hosts: new Set(changes.map(({ host }) => host)).size,
  });
  const comparison = against && comparePlans(against.plan, plan);
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
    await renderPlan(plan, options.format, stdout.style, {
      width: stdout.columns(),
      verbose: options.verbose,
      quiet: options.quiet,
      reads: options.verbose ? readsOf(run, prepared) : [],
      ...limited,
    }),
  );
}

/** What was read of each host, in the order of the plan; with its software where the facts of the pool were read. */
function readsOf(run: Run, { sessions }: Prepared): readonly HostRead[] {
  const { inventory } = run.context;
  return participants(run.context).flatMap(({ name: host }) => {
    const session = sessions.open.get(host);
    if (session === undefined) return [];
    const answers: Record<string, number> = {};
    for (const { fact } of session.queries.values()) answers[fact.name] = (answers[fact.name] ?? 0) + 1;
    const compute = inventory.compute.find(({ name }) => name === host);
    const wasRead =
      compute !== undefined && computeQueries(inventory, compute).every((query) => session.state.has(query));
    return wasRead
      ? [{ host, answers, software: describeSoftware(readCompute(session.state, inventory, compute)) }]
      : [{ host, answers }];
  });
}
