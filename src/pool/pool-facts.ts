/** What was read of all hosts of a pool, in the form in which checks and decisions take it. */
import type { Inventory } from '../inventory/inventory.ts';
import type { AllExistingBases } from './decisions/bases/existing.ts';
import type { OwnStore } from './decisions/glance-store-files.ts';
import type { Nodes } from './nodes/node.ts';
import type { StorageView } from './storage/storage.ts';

/** What was read of all hosts, and what follows from it without any decision. */
export interface PoolFacts {
  readonly inventory: Inventory;
  readonly nodes: Nodes;
  readonly storage: StorageView;
  /** The base files of compute nodes that have no pool yet. */
  readonly bases: AllExistingBases;
  /** The images of controllers in stores of their own, by host. */
  readonly stores: ReadonlyMap<string, OwnStore>;
  /** Names of compute nodes that the run tried to read and could not. */
  readonly lost: readonly string[];
  /** When each host's clock line arrived: seconds since 1970, by the clock of the machine that runs fastboot. */
  readonly receivedAt: ReadonlyMap<string, number>;
}
