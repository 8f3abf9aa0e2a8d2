/** The forms of `--format`. */

export const PLAN_FORMS = ['text', 'json', 'markdown', 'html'] as const;

export type PlanForm = (typeof PLAN_FORMS)[number];
