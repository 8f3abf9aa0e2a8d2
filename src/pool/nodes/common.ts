/** What is read of every host, whatever its role. */
import type { TypedQuery } from '../../facts/fact.ts';
import { mounts } from '../../facts/mounts.ts';
import { os } from '../../facts/os.ts';
import { route } from '../../facts/route.ts';
import type { State } from '../../facts/state.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { storageAddress } from './node.ts';
import type { Node } from './node.ts';

export function commonQueries(inventory: Inventory) {
  return { os: os({}), mounts: mounts({}), route: route({ address: storageAddress(inventory) }) };
}

export function readCommon(state: State, inventory: Inventory, host: Host): Node {
  const queries = commonQueries(inventory);
  return {
    host,
    os: state.read(queries.os),
    mounts: state.read(queries.mounts),
    route: state.read(queries.route),
    read: (query) => state.read(query),
    answer: <Answer>(query: TypedQuery<Answer>) => (state.has(query) ? state.read(query) : undefined),
  };
}
