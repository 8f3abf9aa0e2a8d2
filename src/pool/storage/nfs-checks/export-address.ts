/** Check: the address that the export names is the one by which the client comes. */
import { canonicalAddress } from '../../../formats/address.ts';
import { defineCheck } from '../../check-framework/define.ts';
import { readNfs } from '../nfs-view.ts';

type Client = { readonly client: string };

const ownAddress = ({ client }: Client): string =>
  `set storage_address of ${client} to its own address on the storage network`;

export default defineCheck({
  name: 'export-address',
  about: 'Each client has an address of its own on the storage network, and comes to the backend from it.',
  on: 'client',
  findings: {
    'no-source': {
      severity: 'block',
      say: () => 'its source address towards the backend is not known, so nothing can be exported to it',
      fix: ownAddress,
    },
    unresolved: {
      severity: 'block',
      say: ({ name }: { readonly name: string }) =>
        `the backend cannot resolve its storage address ${name}, so nothing can be exported to it`,
      fix: ownAddress,
    },
    shared: {
      severity: 'block',
      say: ({ other, address }: { readonly other: string; readonly address: string }) =>
        `${other} has the same address on the storage network, ${address}`,
      fix: ownAddress,
    },
    'other-source': {
      severity: 'warning',
      say: ({ address, source }: { readonly address: string; readonly source: string }) =>
        `the export will allow ${address}, but this host connects from ${source}`,
      fix: (client: Client) => `${ownAddress(client)}, or remove storage_address`,
    },
  },
  judge: ({ node: { host, route }, pool }, report) => {
    const { addresses } = readNfs(pool.nodes, pool.inventory);
    const client = host.name;
    const address = addresses.get(client) ?? null;
    if (address === null)
      return host.storageAddress === undefined
        ? [report('no-source', { client })]
        : [report('unresolved', { client, name: host.storageAddress })];
    const other = [...addresses].find(([name, its]) => name !== client && its === address)?.[0];
    if (other !== undefined) return [report('shared', { client, other, address })];
    const source = route.source === null ? address : canonicalAddress(route.source);
    return source === address ? [] : [report('other-source', { client, address, source })];
  },
});
