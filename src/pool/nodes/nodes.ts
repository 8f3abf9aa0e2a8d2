/** Reads all hosts of a run, each by its roles. */
import type { Query } from '../../facts/fact.ts';
import type { State } from '../../facts/state.ts';
import { isCompute, isController } from '../../inventory/inventory.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { backendQueries, readBackend } from './backend.ts';
import { computeQueries, readCompute } from './compute.ts';
import { controllerQueries, readController } from './controller.ts';
import type { Nodes } from './node.ts';

/** What must be read of a host, by its roles, before anything can be decided about it. */
export function nodeQueries(inventory: Inventory, host: Host): readonly Query[] {
  if (host.name === inventory.backend.name) return backendQueries(inventory);
  return [
    ...(isCompute(host) ? computeQueries(inventory, host) : []),
    ...(isController(host) ? controllerQueries(inventory, host) : []),
  ];
}

/** All hosts that were read, in the order of the inventory. Throws where the backend was not read. */
export function readNodes({
  inventory,
  states,
  unread,
}: {
  readonly inventory: Inventory;
  readonly states: ReadonlyMap<string, State>;
  readonly unread: readonly string[];
}): Nodes {
  const state = states.get(inventory.backend.name);
  if (state === undefined) throw new Error('the backend was not read');
  const read = <T>(hosts: readonly Host[], as: (own: State, inventory: Inventory, host: Host) => T) =>
    hosts.flatMap((host) => {
      const own = unread.includes(host.name) ? undefined : states.get(host.name);
      return own === undefined ? [] : [as(own, inventory, host)];
    });
  return {
    backend: readBackend(state, inventory),
    computes: read(inventory.compute, readCompute),
    controllers: read(inventory.glance, readController),
  };
}
