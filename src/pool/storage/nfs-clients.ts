/** Who uses, or may use, the export of the pool. */
import { canonicalAddress } from '../../formats/address.ts';
import { MOUNT_RECORDS_FILE } from '../../formats/nfs-paths.ts';
import type { ComputeNode } from '../nodes/node.ts';
import type { ClientAddresses } from './nfs-client-address.ts';
import { mountsOfFolder, optionValue } from './nfs-identity.ts';
import type { NfsView } from './nfs-view.ts';

/** A compute node, as exports(5) may name it. */
export interface NamedNode {
  /** Null where it is not known. */
  readonly address: string | null;
  readonly names: readonly string[];
}

/** A client that has no line of its own, and how it is known. */
export interface UnknownClient {
  readonly address: string;
  readonly description: string;
}

export interface ExportUsers {
  /** Compute nodes with a line of their own. */
  readonly nodes: readonly NamedNode[];
  readonly unknownClients: readonly UnknownClient[];
  /** Compute nodes whose live mount their own line does not cover, each with the reason. */
  readonly uncovered: readonly string[];
  /** Names of compute nodes that were not read. */
  readonly unread: readonly string[];
}

/** What each compute node may be called. */
export function namesOf(computes: readonly ComputeNode[], addresses: ClientAddresses): readonly NamedNode[] {
  return computes.map(({ host, os }) => ({
    address: addresses.get(host.name) ?? null,
    names: [host.name, os.hostname],
  }));
}

/**
 * Finds all users. The server does not list clients of version 3, so the nodes' own mount tables count too. Pure.
 *
 * @param covered addresses that have a line of their own after this run
 */
export function readUsers(view: NfsView, covered: readonly string[]): ExportUsers {
  const { nodes, inventory, addresses } = view;
  const hasLine = (name: string): boolean => covered.includes(addresses.get(name) ?? '');
  const read = new Set(nodes.computes.map(({ host }) => host.name));
  return {
    nodes: namesOf(
      nodes.computes.filter(({ host }) => hasLine(host.name)),
      addresses,
    ),
    unknownClients: [...connectedClients(view, covered), ...rememberedClients(view)],
    uncovered: nodes.computes.flatMap((node) => {
      const reason = whyUncovered(node, hasLine(node.host.name), view);
      return reason === null ? [] : [`${node.host.name} ${reason}`];
    }),
    unread: inventory.compute.map(({ name }) => name).filter((name) => !read.has(name)),
  };
}

/** Clients of version 4 that are connected now. */
function connectedClients({ nodes, addresses, peers }: NfsView, covered: readonly string[]) {
  const own = new Set(peers.own.map(canonicalAddress));
  return peers.clients
    .map(canonicalAddress)
    .filter((address) => !covered.includes(address))
    .map((address): UnknownClient => {
      const node = nodes.computes.find(({ host }) => addresses.get(host.name) === address);
      const description =
        node !== undefined
          ? `${node.host.name} (${address}) is connected, and it is blocked`
          : own.has(address) || address.startsWith('127.')
            ? `this host itself (${address}) is connected`
            : `${address} is connected, and it is not a compute node of the inventory`;
      return { address, description };
    });
}

/** Clients that mountd remembers, without the nodes whose mount tables were read. */
export function rememberedClients({ nodes, inventory, addresses, peers }: NfsView): readonly UnknownClient[] {
  const { backend, computes } = nodes;
  const short = (name: string): string => name.toLowerCase().split('.')[0] ?? '';
  const names = new Set(computes.flatMap(({ host, os }) => [short(host.name), short(os.hostname)]));
  const known = new Set([...addresses.values(), ...computes.flatMap(({ route }) => route.source ?? [])]);
  const clients = peers.remembered
    .filter(({ path }) => path === inventory.settings.pool.cache || path === backend.cache.real)
    .map(({ client }) => canonicalAddress(client))
    .filter((client) => !known.has(client) && !(/^[a-z]/i.test(client) && names.has(short(client))));
  return [...new Set(clients)].map((address) => ({
    address,
    description: `${address} may have an NFSv3 mount, which ${MOUNT_RECORDS_FILE} records`,
  }));
}

/** Why a node's own line does not cover what it has mounted; null where the line covers it, or nothing is mounted. */
function whyUncovered(
  { host, mounts, route }: ComputeNode,
  hasLine: boolean,
  { addresses, cache }: NfsView,
): string | null {
  const address = addresses.get(host.name) ?? null;
  for (const mount of mountsOfFolder(mounts, cache)) {
    if (!hasLine) return 'has the pool mounted and is blocked';
    const server = canonicalAddress(optionValue(mount, 'addr') ?? '');
    const from = optionValue(mount, 'clientaddr');
    const isCovered =
      from === undefined
        ? route.address !== null && server === canonicalAddress(route.address)
        : canonicalAddress(from) === address;
    if (!isCovered)
      return `has ${server} mounted from ${from ?? 'an unknown address'}, expected from ${address ?? 'an address that is not known'}`;
  }
  return null;
}
