/** Compares a plan with a saved one, for `--diff-against`. */
import { err, ok } from '../../core/result.ts';
import type { Result } from '../../core/result.ts';
import type { SavedPlan } from '../../plan/saved-plan.ts';
import { isComparisonForm, renderComparison } from '../../report/comparison/render.ts';
import type { ComparisonForm } from '../../report/comparison/render.ts';
import type { PlanComparison } from '../../report/comparison/comparison.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import type { CompareOptions, OutputOptions } from './options.ts';
import { loadPlanFile } from './plan-file.ts';

/** The plan to compare with, and the form of the comparison. */
export interface Against {
  readonly plan: SavedPlan;
  readonly form: ComparisonForm;
}

/** Reads the plan of `--diff-against`; undefined without that option. The error is a message for the user. */
export async function loadAgainst({
  diffAgainst: file,
  format,
}: CompareOptions & Pick<OutputOptions, 'format'>): Promise<Result<Against, string> | undefined> {
  if (file === undefined) return undefined;
  if (!isComparisonForm(format))
    return err(`--diff-against prints text or json, not ${format}. Nothing was touched.`);
  const plan = await loadPlanFile(file);
  return plan.ok ? ok({ plan: plan.value, form: format }) : err(`--diff-against: ${plan.error}`);
}

/** Prints how two plans differ. */
export function printComparison(
  comparison: PlanComparison,
  form: ComparisonForm,
  { verbose, quiet }: Pick<OutputOptions, 'verbose' | 'quiet'>,
  { stdout }: Environment,
): void {
  const options = { width: stdout.columns(), verbose, quiet };
  print(stdout, renderComparison(comparison, form, stdout.style, options));
}
