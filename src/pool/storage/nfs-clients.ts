import { MOUNT_RECORDS_FILE } from '../../formats/nfs-paths.ts';
import { canonicalAddress } from '../../formats/address.ts';
import type { Backend, ComputeNode } from '../nodes/nodes.ts';
import { option, poolMounts } from './nfs-identity.ts';
import type { PoolIdentity } from './nfs-identity.ts';

/** Who uses, or may use, the pool's export. */
export interface Users {
  /** Compute nodes with a line of their own, and what else they are called. */
  readonly nodes: readonly { readonly address: string | null; readonly names: readonly string[] }[];
  /** Clients without one, and how they are known. */
  readonly unknownClients: readonly { readonly address: string; readonly what: string }[];
  /** Compute nodes whose live mount their own line does not cover, each with the reason. */
  readonly uncovered: readonly string[];
  /** Compute nodes that were not read. */
  readonly unread: readonly string[];
}

/** What each compute node is called. */
export function namesOf(
  computes: readonly ComputeNode[],
  addresses: ReadonlyMap<string, string | null>,
): Users['nodes'] {
  return computes.map(({ host, os }) => ({
    address: addresses.get(host.name) ?? null,
    names: [host.name, os.hostname],
  }));
}

export interface UsersInput {
  readonly backend: Backend;
  readonly computes: readonly ComputeNode[];
  readonly identity: PoolIdentity;
  /** What exports name, by node; null where unknown. */
  readonly addresses: ReadonlyMap<string, string | null>;
  /** Addresses that have a line of their own after this run. */
  readonly clients: readonly string[];
  readonly cache: string;
  readonly unread: readonly string[];
}

/** From the server's lists and from the nodes' own mount tables, because the server does not list NFSv3 clients. */
export function readUsers(input: UsersInput): Users {
  const { computes, addresses, clients, unread } = input;
  const has = (name: string): boolean => clients.includes(addresses.get(name) ?? '');
  return {
    nodes: namesOf(
      computes.filter(({ host }) => has(host.name)),
      addresses,
    ),
    unknownClients: [...connected(input), ...rememberedClients(input)],
    uncovered: computes.flatMap((node) => {
      const why = uncovered(node, has(node.host.name), addresses.get(node.host.name) ?? null, input.identity);
      return why === null ? [] : [`${node.host.name}, ${why}`];
    }),
    unread,
  };
}

function connected({ backend, computes, addresses, clients }: UsersInput): Users['unknownClients'] {
  const own = new Set(backend.peers.own.map(canonicalAddress));
  return backend.peers.clients
    .map(canonicalAddress)
    .filter((address) => !clients.includes(address))
    .map((address) => {
      const node = computes.find(({ host }) => addresses.get(host.name) === address);
      const what =
        node !== undefined
          ? `${node.host.name} (${address}), which is blocked`
          : own.has(address) || address.startsWith('127.')
            ? `this host itself (${address})`
            : `${address}, which is connected and no compute node of the inventory`;
      return { address, what };
    });
}

/** Those that mountd remembers and that are no node whose mount table was read. */
export function rememberedClients({
  backend,
  computes,
  addresses,
  cache,
}: Pick<UsersInput, 'backend' | 'computes' | 'addresses' | 'cache'>): Users['unknownClients'] {
  const short = (name: string): string => name.toLowerCase().split('.')[0] ?? '';
  const names = new Set(computes.flatMap(({ host, os }) => [short(host.name), short(os.hostname)]));
  const known = new Set([...addresses.values(), ...computes.flatMap(({ route }) => route.source ?? [])]);
  const clients = backend.peers.remembered
    .filter(({ path }) => path === cache || path === backend.cache.real)
    .map(({ client }) => canonicalAddress(client))
    .filter((client) => !known.has(client) && !(/^[a-z]/i.test(client) && names.has(short(client))));
  return [...new Set(clients)].map((address) => ({
    address,
    what: `${address}, of which ${MOUNT_RECORDS_FILE} remembers an NFSv3 mount`,
  }));
}

/** Why a node's line does not cover what it has mounted; null where it does, or has nothing. */
function uncovered(
  { mounts, route }: ComputeNode,
  hasLine: boolean,
  address: string | null,
  identity: PoolIdentity,
): string | null {
  for (const mount of poolMounts(mounts, identity)) {
    if (!hasLine) return `which has it mounted and is blocked`;
    const server = canonicalAddress(option(mount, 'addr') ?? '');
    const from = option(mount, 'clientaddr');
    const covered =
      from === undefined
        ? route.address !== null && server === canonicalAddress(route.address)
        : canonicalAddress(from) === address;
    if (!covered)
      return `whose live mount of ${server} is from ${from ?? 'an unknown address'}, not from ${address ?? '?'}`;
  }
  return null;
}
