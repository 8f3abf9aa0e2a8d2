/** The address by which the NFS server knows a client: exports(5) names it. */
import { canonicalAddress, isNumeric } from '../../formats/address.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Backend, Client } from '../nodes/node.ts';

/** Addresses in numbers, by the name of the host; null where not known. */
export type ClientAddresses = ReadonlyMap<string, string | null>;

/** The storage address that the inventory gives, or else the source address that the client uses towards the backend. */
export function clientAddresses(backend: Backend, clients: readonly Client[]): ClientAddresses {
  return new Map(
    clients.map(({ host, route }) => {
      const given = host.storageAddress;
      const address = given === undefined ? route.source : isNumeric(given) ? given : backend.resolve(given);
      return [host.name, address === null ? null : canonicalAddress(address)];
    }),
  );
}

/** The same, but null where another compute node of the inventory has the address too, or may have it. */
export function soleAddresses({ compute }: Inventory, addresses: ClientAddresses): ClientAddresses {
  const all = compute.map(({ name, storageAddress: given }) =>
    given !== undefined && isNumeric(given) ? canonicalAddress(given) : (addresses.get(name) ?? null),
  );
  return new Map(
    [...addresses].map(([name, address]) => [
      name,
      all.filter((other) => other === address).length > 1 ? null : address,
    ]),
  );
}
