import { formatComparison } from './text.ts';
import type { ComparisonTextOptions } from './text.ts';
import type { PlanComparison } from './compare.ts';
import type { PlanForm } from '../forms.ts';
import type { Style } from '../terminal/style.ts';

/** The forms that a comparison comes in. */
export type ComparisonForm = Extract<PlanForm, 'text' | 'json'>;

export function isComparisonForm(form: PlanForm): form is ComparisonForm {
  return form === 'text' || form === 'json';
}

/** Two plans' differences in one of their forms, ends with a newline. Style and options are for the text. */
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
