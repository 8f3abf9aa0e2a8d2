/** Check: the storage address of the backend leads to the backend, from every host. */
import { isLoopback } from '../../formats/address.ts';
import { defineCheck } from '../check-framework/define.ts';
import { storageAddress } from '../nodes/node.ts';

const REMEDY = "set the backend's storage_address to its address on the storage network";

type Address = { readonly address: string };
type Resolved = { readonly name: string; readonly address: string };

export default defineCheck({
  name: 'storage-address',
  about: "The backend's storage address is an address of the backend, and each client has a route to it.",
  on: 'host',
  findings: {
    loopback: {
      severity: 'block',
      say: ({ name, address }: Resolved) =>
        `the backend's storage address ${name} is ${address} here: this host would mount from itself`,
      fix: () => REMEDY,
    },
    'own-address': {
      severity: 'block',
      say: ({ address }: Address) =>
        `the backend's storage address ${address} is an address of this host itself`,
      fix: () => REMEDY,
    },
    'no-route': {
      severity: 'warning',
      say: ({ address }: Address) => `there is no route to the backend's storage address ${address}`,
      fix: ({ address }: Address) => `${REMEDY}, and look at: ip route get ${address}`,
    },
    'backend-route': {
      severity: 'unknown',
      say: ({ address }: Address) => `the route to its own storage address ${address} could not be read`,
      fix: () => 'install iproute2',
    },
    'not-on-backend': {
      severity: 'warning',
      say: ({ address }: Address) => `${address}, which clients will mount, is not an address of this host`,
      fix: () =>
        "set the backend's storage_address; ignore this if the network moves or translates that address",
    },
  },
  judge: ({ node: { host, route }, pool }, report) => {
    const name = storageAddress(pool.inventory);
    const { address, source, local } = route;
    if (address === null) return [];
    if (host.name === pool.inventory.backend.name) {
      if (source === null) return [report('backend-route', { address: name })];
      return local ? [] : [report('not-on-backend', { address: name })];
    }
    if (isLoopback(address)) return [report('loopback', { name, address })];
    if (local) return [report('own-address', { address })];
    return source === null ? [report('no-route', { address })] : [];
  },
});
