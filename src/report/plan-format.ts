import type { Plan } from '../plan/plan.ts';
import type { PlanForm } from './plan-forms.ts';
import { planMarkdown } from './plan-markdown.ts';
import { formatPlan } from './plan-text.ts';
import type { PlanTextOptions } from './plan-text.ts';
import type { Style } from './style.ts';

/** A plan in one of its forms, ends with a newline. Style and options are for the text. */
export function renderPlan(plan: Plan, format: PlanForm, style: Style, options: PlanTextOptions): string {
  switch (format) {
    case 'text':
      return formatPlan(plan, style, options);
    case 'json':
      return `${JSON.stringify(plan, null, 2)}\n`;
    case 'markdown':
      return planMarkdown(plan);
  }
}
