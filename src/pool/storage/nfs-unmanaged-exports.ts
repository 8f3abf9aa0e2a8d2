/** Exports of the pool that somebody wrote by hand: what becomes of each when the compute nodes get lines of their own. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { JsonObject } from '../../core/json.ts';
import { nameSome } from '../../core/sentence-parts.ts';
import { canonicalAddress } from '../../formats/address.ts';
import { EXPORT_TABLE_FILE, EXPORTS_FILE, OWN_EXPORTS_FILE } from '../../formats/nfs-paths.ts';
import type { ExportUsers, NamedNode } from './nfs-clients.ts';
import type { ExportEntry } from './nfs-exports.ts';

/** One such export, as the task of the playbook takes it. */
export interface UnmanagedExport extends JsonObject {
  readonly file: string;
  readonly path: string;
  readonly client: string;
  /** As they are written. */
  readonly options: string;
  /**
   * Whether the server's table has a separate entry for this client. A node's name and its address are one client to the
   * server: to withdraw one withdraws the other.
   */
  readonly served: boolean;
  /** Why it has to stay for now; empty where it may be removed. */
  readonly blocked_by: readonly string[];
  readonly remedy: string;
  /** Addresses that have a line of their own: only these may be connected when it is withdrawn. */
  readonly users: readonly string[];
}

const REMEDY = `add these hosts to the group compute, or give them a line of their own in ${EXPORTS_FILE}, or disconnect them; then run again`;

const FSID_REMEDY =
  'after every client has its own line, reboot each client or let it mount the folder again; then withdraw this line by hand: exportfs -u';

/**
 * Decides about each export of the cache folder that is not fastboot's. Of a client that has a line of its own, that line
 * counts: a single address comes before a network, and a network before `*`. So the client keeps its mount when the other
 * export is withdrawn. A client without a line of its own loses its mount at once (docs/facts.md#fact-18). Exports to
 * single hosts that are not compute nodes are left alone. Pure.
 */
export function decideUnmanagedExports(
  entries: readonly ExportEntry[],
  cache: string,
  users: ExportUsers,
): readonly UnmanagedExport[] {
  const addresses = users.nodes.flatMap(({ address }) => (address === null ? [] : [address])).sort();
  return entries
    .filter((entry) => isUnmanagedExport(entry, cache, users.nodes))
    .map((entry): UnmanagedExport => {
      const own = nodeOf(entry.client, users.nodes);
      const options = entry.options.filter((option) => option !== '');
      const fsid = options.find((option) => option.startsWith('fsid='));
      const blockedBy = [
        ...(own === undefined ? usersOf(entry.client, users) : []),
        ...(fsid === undefined
          ? []
          : [`live mounts have ${fsid} in their file handles, which would become stale`]),
      ];
      return {
        file: entry.file,
        path: entry.path,
        client: entry.client,
        options: options.join(','),
        served: own === undefined,
        blocked_by: blockedBy,
        remedy: fsid === undefined ? REMEDY : FSID_REMEDY,
        users: addresses,
      };
    });
}

/** Whether `decideUnmanagedExports` decides about this export. */
export function isUnmanagedExport(
  { file, path, client }: ExportEntry,
  cache: string,
  nodes: readonly NamedNode[],
): boolean {
  if (path !== cache || file === OWN_EXPORTS_FILE || file === EXPORT_TABLE_FILE) return false;
  return !isSingleHost(client) || nodeOf(client, nodes) !== undefined;
}

/** The compute node that a client in an exports file means, by address or by name. */
export function nodeOf(client: string, nodes: readonly NamedNode[]): NamedNode | undefined {
  const name = client.toLowerCase().split('.')[0] ?? '';
  return nodes.find(
    (node) =>
      node.address !== null &&
      (isIP(client) === 0
        ? isSingleHost(client) && node.names.some((each) => each.toLowerCase().split('.')[0] === name)
        : node.address === canonicalAddress(client)),
  );
}

/** Whether it names one host: not `*`, a pattern, a network or a netgroup. */
function isSingleHost(client: string): boolean {
  return isIP(client) !== 0 || /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(client);
}

const MAX_NAMES_SHOWN = 5;

/** Everyone who may have mounted the pool through this export and has no other. */
function usersOf(client: string, { unknownClients, unread, uncovered }: ExportUsers): readonly string[] {
  return [
    ...unknownClients.filter(({ address }) => mayName(client, address)).map(({ description }) => description),
    ...uncovered,
    ...(unread.length === 0 ? [] : [`not read: ${nameSome(unread, MAX_NAMES_SHOWN)}`]),
  ];
}

/** Whether an export names this address, or may name it. */
function mayName(client: string, address: string): boolean {
  const [net = '', mask = ''] = client.split('/');
  if (isIP(net) === 0 || isIP(address) === 0 || mask === '') return true;
  if (isIPv4(net) !== isIPv4(address)) return false;
  const bits = isIP(mask) === 0 ? Number(mask) : prefixOf(mask);
  if (!Number.isInteger(bits)) return true;
  const list = new BlockList();
  list.addSubnet(net, bits, isIPv4(net) ? 'ipv4' : 'ipv6');
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** The length of the prefix of a netmask: `255.255.255.0` is 24. */
function prefixOf(mask: string): number {
  return mask.split('.').reduce((sum, byte) => sum + Number(byte).toString(2).replaceAll('0', '').length, 0);
}
