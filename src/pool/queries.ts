/** What must be read of a host before anything can be decided about the pool. */
import type { Query } from '../facts/fact.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { checkQueries } from './check-framework/run.ts';
import { nodeQueries } from './nodes/nodes.ts';
import { storage } from './storage/index.ts';

/** For nodes and decisions, for the storage, and for the checks. */
export function poolQueries(inventory: Inventory, host: Host): readonly Query[] {
  return [
    ...nodeQueries(inventory, host),
    ...storage.queries(inventory, host),
    ...checkQueries(inventory, host),
  ];
}
