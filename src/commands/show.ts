/** `fastboot show`: prints a saved plan, or how it differs from another one. Connects to no host. */
import { comparePlans } from '../report/comparison/compare.ts';
import { renderPlan } from '../report/render-plan.ts';
import { loadAgainst, printComparison } from './run/compare.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import type { CompareOptions, OutputOptions } from './run/options.ts';
import { loadPlanFile } from './run/plan-file.ts';

/** The options of `show`. */
export type ShowOptions = CompareOptions & Pick<OutputOptions, 'format' | 'verbose' | 'quiet'>;

/** Gives the exit code. */
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
