import { BlockList, isIP, isIPv4 } from 'node:net';
import type { JsonObject } from '../../core/json.ts';
import { nameSome } from '../../core/wording.ts';
import { canonicalAddress } from '../../formats/address.ts';
import { EXPORT_TABLE_FILE, EXPORTS_FILE, OWN_EXPORTS_FILE } from '../../formats/nfs-paths.ts';
import type { ExportEntry } from './nfs-exports.ts';
import type { Users } from './nfs-clients.ts';

/** An export of the pool that somebody wrote by hand, and that the lines of the compute nodes make needless. */
export interface UnmanagedExport extends JsonObject {
  readonly file: string;
  readonly path: string;
  readonly client: string;
  /** Options as they are written. */
  readonly options: string;
  /**
   * Whether the server's table has an entry of its own for this client. A node's name and its address are one client to
   * the server, so that withdrawing the one takes the other away.
   */
  readonly served: boolean;
  /** Why it has to stay for now; empty where it may go. */
  readonly blocked_by: readonly string[];
  readonly remedy: string;
  /** Addresses that have a line of their own: only they may be connected when it is withdrawn. */
  readonly users: readonly string[];
}

const WAY_OUT = `make these compute nodes of the inventory, or give them a line of their own in ${EXPORTS_FILE}, or disconnect them; then run again`;

const FSID_WAY_OUT =
  'once every client has been rebooted, or has mounted it anew, after it got its line of its own, take this line out by hand: exportfs -u';

/**
 * What becomes of each export of the pool that is not fastboot's. Of a client that has a line of its own that line counts
 * (a single address comes before a network, and that before `*`), and stays when the other one goes; but of two lines for
 * the same address the one in /etc/exports comes first at the next boot. A client that has none loses its mount at once
 * (fact 18). Single hosts that are no compute nodes are left alone.
 */
export function decideUnmanagedExports(
  entries: readonly ExportEntry[],
  cache: string,
  users: Users,
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
          : [`${fsid} is part of the file handles of live mounts, which would be stale`]),
      ];
      return {
        file: entry.file,
        path: entry.path,
        client: entry.client,
        options: options.join(','),
        served: own === undefined,
        blocked_by: blockedBy,
        remedy: fsid === undefined ? WAY_OUT : FSID_WAY_OUT,
        users: addresses,
      };
    });
}

/** Whether an export is one of those that `decideUnmanagedExports` decides about, whatever comes of it. */
export function isUnmanagedExport(
  { file, path, client }: ExportEntry,
  cache: string,
  nodes: Users['nodes'],
): boolean {
  if (path !== cache || file === OWN_EXPORTS_FILE || file === EXPORT_TABLE_FILE) return false;
  return !isSingle(client) || nodeOf(client, nodes) !== undefined;
}

/** The compute node with a line of its own that a client in an exports file is, by its address or by its name. */
export function nodeOf(client: string, nodes: Users['nodes']): Users['nodes'][number] | undefined {
  const name = client.toLowerCase().split('.')[0] ?? '';
  return nodes.find(
    (node) =>
      node.address !== null &&
      (isIP(client) === 0
        ? isSingle(client) && node.names.some((each) => each.toLowerCase().split('.')[0] === name)
        : node.address === canonicalAddress(client)),
  );
}

/** Whether it names one host: neither `*`, a pattern, a network nor a netgroup. */
function isSingle(client: string): boolean {
  return isIP(client) !== 0 || /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(client);
}

/** Everyone who may have mounted the pool by this export and has no other. */
function usersOf(client: string, { unknownClients: strangers, unread, uncovered }: Users): readonly string[] {
  return [
    ...strangers.filter(({ address }) => matches(client, address)).map(({ what }) => what),
    ...uncovered,
    ...(unread.length === 0 ? [] : [`not read: ${nameSome(unread, MOST)}`]),
  ];
}

const MOST = 5;

/** Whether an export names this address; what cannot be told counts as yes. */
function matches(client: string, address: string): boolean {
  const [net = '', mask = ''] = client.split('/');
  if (isIP(net) === 0 || isIP(address) === 0 || mask === '') return true;
  if (isIPv4(net) !== isIPv4(address)) return false;
  const list = new BlockList();
  const bits = isIP(mask) === 0 ? Number(mask) : prefixOf(mask);
  if (!Number.isInteger(bits)) return true;
  list.addSubnet(net, bits, isIPv4(net) ? 'ipv4' : 'ipv6');
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** `255.255.255.0` is 24. */
function prefixOf(mask: string): number {
  return mask.split('.').reduce((sum, byte) => sum + Number(byte).toString(2).replaceAll('0', '').length, 0);
}
