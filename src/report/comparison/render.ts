/** Prints a comparison in one of its forms. */
import type { PlanForm } from '../output-forms.ts';
import type { Style } from '../terminal/style.ts';
import type { PlanComparison } from './comparison.ts';
import { formatComparison } from './text.ts';
import type { ComparisonTextOptions } from './text.ts';

/** The forms of `--format` that a comparison has. */
export type ComparisonForm = Extract<PlanForm, 'text' | 'json'>;

export function isComparisonForm(form: PlanForm): form is ComparisonForm {
  return form === 'text' || form === 'json';
}

/** The comparison in one of its forms, ending with a newline. Style and options are for the text. */
export function renderComparison(
  comparison: PlanComparison,
  form: ComparisonForm,
  style: Style,
  options: ComparisonTextOptions,
): string {
  return form === 'json'
    ? `${JSON.stringify(comparison, null, 2)}\n`
    : formatComparison(comparison, style, options);
}
