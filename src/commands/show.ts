import { renderPlan } from '../report/plan-format.ts';
import type { PlanForm } from '../report/plan-forms.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { loadPlanFile } from './plan-file.ts';

export interface ShowOptions {
  readonly format: PlanForm;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

/** Prints a saved plan; connects to nothing. */
export async function show(file: string, options: ShowOptions, environment: Environment): Promise<number> {
  const { stdout, stderr } = environment;
  const plan = await loadPlanFile(file);
  if (!plan.ok) {
    print(stderr, plan.error);
    return EXIT.usage;
  }
  const { format, verbose, quiet } = options;
  print(
    stdout,
    await renderPlan(plan.value, format, stdout.style, {
      width: stdout.columns(),
      verbose,
      quiet,
      saved: true,
    }),
  );
  return EXIT.ok;
}
