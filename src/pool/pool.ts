import type { JsonObject } from '../core/json.ts';
import type { Query } from '../facts/fact.ts';
import type { State } from '../facts/state.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import type { Check } from '../plan/plan.ts';

/** What `derivePool` decides from. */
export interface PoolInput {
  readonly inventory: Inventory;
  /** What was read of each host, by name; must hold the backend. */
  readonly states: ReadonlyMap<string, State>;
  /** Compute nodes of the inventory that were not read in this run: unreachable, or not selected. */
  readonly unread: readonly string[];
  /** When each host's clock line arrived: unix seconds by the controller's clock. */
  readonly receivedAt: ReadonlyMap<string, number>;
}

/** What the pool is to be, as far as the facts of all hosts decide it. */
export interface PoolView {
  /** Findings of the environment checks, the backend's first, then the compute nodes' in the inventory's order. */
  readonly checks: readonly Check[];
  /** The variables for templates and tasks of one host: `os`, `pool`, and on compute nodes `nova` and `gate`. */
  readonly vars: (hostName: string) => JsonObject;
}

/** Everything that must be read of a host before anything can be decided, by its role: backend or compute. */
export function poolQueries(inventory: Inventory, host: Host): readonly Query[] {
  void inventory;
  void host;
  return [];
}

/** Pure: from the facts of all hosts to the variables of the playbooks and the findings of the environment checks. */
export function derivePool(input: PoolInput): PoolView {
  void input;
  return { checks: [], vars: () => ({}) };
}
