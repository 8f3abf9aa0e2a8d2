import { comparePlans } from '../report/comparison/compare.ts';
import type { PlanForm } from '../report/forms.ts';
import { renderPlan } from '../report/render-plan.ts';
import { loadAgainst, printComparison } from './run/compare.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { loadPlanFile } from './run/plan-file.ts';

export interface ShowOptions {
  readonly format: PlanForm;
  /** An older saved plan: what differs from it is printed in place of the plan. */
  readonly diffAgainst?: string | undefined;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** Prints a saved plan, or in what it differs from another; connects to nothing. */
export async function show(file: string, options: ShowOptions, environment: Environment): Promise<number> {
  const { stdout, stderr } = environment;
  const plan = await loadPlanFile(file);
  const against = await loadAgainst(options);
  const problems = [plan, against].flatMap((read) => (read?.ok === false ? [read.error] : []));
  if (!plan.ok || against?.ok === false) {
    print(stderr, problems.join('\n'));
    return EXIT.usage;
  }
  if (against !== undefined) {
    const { plan: older, form } = against.value;
    printComparison(comparePlans(older, plan.value), form, options, environment);
    return EXIT.ok;
  }
  const { format, verbose, quiet } = options;
  const text = { width: stdout.columns(), verbose, quiet, saved: true };
  print(stdout, await renderPlan(plan.value, format, stdout.style, text));
  return EXIT.ok;
}
