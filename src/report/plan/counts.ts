/** Counts the changes of a plan. */
import type { Action, Risk } from '../../resources/resource.ts';
import { planChanges } from '../../plan/plan.ts';
import type { Plan } from '../../plan/plan.ts';

export type ActionCounts = Readonly<Record<Action, number>>;
export type RiskCounts = Readonly<Record<Risk, number>>;

/** How many changes of each action a plan has. */
export function countActions(plan: Plan): ActionCounts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, run: 0, deferred: 0, blocked: 0 };
  for (const change of planChanges(plan)) counts[change.action] += 1;
  return counts;
}

/** How many changes of each risk a plan has. Deferred changes do nothing, so they have no risk. */
export function countRisks(plan: Plan): RiskCounts {
  const counts = { blocked: 0, io: 0, restart: 0, none: 0 };
  for (const { action, risk } of planChanges(plan)) if (action !== 'deferred') counts[risk] += 1;
  return counts;
}
