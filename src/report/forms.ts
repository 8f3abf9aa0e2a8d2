/** The forms in which a plan can be printed: `--format`. */
export const PLAN_FORMS = ['text', 'json', 'markdown', 'html'] as const;

export type PlanForm = (typeof PLAN_FORMS)[number];
