/** How a command decides what the hosts of a pool should have: from what was read of all hosts to variables and findings. */
import type { Finding } from '../core/finding.ts';
import type { JsonObject } from '../core/json.ts';
import type { Query } from '../facts/fact.ts';
import type { State } from '../facts/state.ts';
import type { Inventory } from '../inventory/inventory.ts';

/** What was read of the hosts of a run. */
export interface PoolInput {
  readonly inventory: Inventory;
  /** What was read of each host, by name; must hold the backend. */
  readonly states: ReadonlyMap<string, State>;
  /** Hosts of the inventory beside the backend that were not read in this run: unreachable, or not selected. */
  readonly unread: readonly string[];
  /** Those of them that the run tried to read. */
  readonly lost?: readonly string[];
  /** When each host's clock line arrived: seconds since 1970, by the clock of the machine that runs fastboot. */
  readonly receivedAt: ReadonlyMap<string, number>;
}

/** What the pool should be, as far as the facts of all hosts decide it. */
export interface PoolView {
  /** The backend's findings first, then those of the other hosts in the order of the inventory. */
  readonly findings: readonly Finding[];
  /** The variables that the templates and tasks of one host may use. */
  readonly vars: (hostName: string) => JsonObject;
  /** What must still be read of a host before everything can be decided. */
  readonly questions: (hostName: string) => readonly Query[];
}

/**
 * The way in which one command decides about the pool. Each has a playbook of its own, whose variables it gives. The
 * command chooses it, and a saved plan records its name.
 */
export interface Derivation {
  readonly name: 'apply' | 'remove' | 'gc';
  /** Pure. Throws where the backend was not read, because without the backend there is nothing to plan. */
  readonly derive: (input: PoolInput) => PoolView;
}
