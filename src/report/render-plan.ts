/** Prints a plan in one of its forms. */
import type { Plan } from '../plan/plan.ts';
import type { PlanForm } from './output-forms.ts';
import { planMarkdown } from './markdown/plan.ts';
import { formatPlan } from './plan/text.ts';
import type { PlanTextOptions } from './plan/text.ts';
import type { Style } from './terminal/style.ts';

/** The plan in one of its forms, ending with a newline. Style and options are for the text. */
export async function renderPlan(
  plan: Plan,
  form: PlanForm,
  style: Style,
  options: PlanTextOptions,
): Promise<string> {
  switch (form) {
    case 'text':
      return formatPlan(plan, style, options);
    case 'json':
      return `${JSON.stringify(plan, null, 2)}\n`;
    case 'markdown':
      return planMarkdown(plan);
    case 'html': {
      const [{ planPage }, { readPageAssets }] = await Promise.all([
        import('./html/page.ts'),
        import('./html/assets.ts'),
      ]);
      return planPage(plan, await readPageAssets());
    }
  }
}
