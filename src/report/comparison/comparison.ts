/** The differences between two plans, as data. Its JSON is what `show --diff-against` prints. */
import type { Plan } from '../../plan/plan.ts';

/** Two plans, the older one first, and their differences. */
export interface PlanComparison {
  readonly formatVersion: 1;
  readonly then: PlanIdentity;
  readonly now: PlanIdentity;
  readonly differences: readonly PlanDifference[];
}

export type PlanIdentity = Pick<Plan, 'fastboot' | 'createdAt' | 'inventory' | 'playbook' | 'limit'>;

/** Something that only one of the plans has, or that differs between them. */
export interface PlanDifference {
  /** `added`: only in the newer plan; `removed`: only in the older one. */
  readonly kind: 'added' | 'removed' | 'changed';
  readonly about: 'source' | 'host' | 'finding' | 'change';
  /** Null where it is about no host, such as the inventory. */
  readonly host: string | null;
  /** `inventory`, `host`, `check clock`, `mount /var/lib/nova/instances/_base`. */
  readonly item: string;
  readonly then: Side | null;
  readonly now: Side | null;
}

/** How something is in one of the plans. */
export interface Side {
  readonly text: string;
  /** The lines of a file that only this plan removes or adds, with their signs. */
  readonly lines: readonly string[];
}
