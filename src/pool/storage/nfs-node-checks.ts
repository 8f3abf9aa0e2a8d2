import type { Finding } from '../../core/finding.ts';
import { canonicalAddress } from '../../formats/address.ts';
import { reporters } from '../checks/check.ts';
import type { ExportEntry } from './nfs-exports.ts';
import type { Backend, ComputeNode } from '../nodes/nodes.ts';
import { nodeOf } from './nfs-unmanaged-exports.ts';
import { poolMounts } from './nfs-identity.ts';
import type { PoolIdentity } from './nfs-identity.ts';
import { namesOf } from './nfs-clients.ts';

/**
 * A node's own export line counts for its live mount from the moment it is there. Where that line would refuse the mount
 * or make its file handles stale, its VMs would lose their base files: such a node is left alone.
 */
export function liveMountChecks(
  node: ComputeNode,
  address: string | null,
  identity: PoolIdentity,
  backend: Backend,
  entries: readonly ExportEntry[],
): readonly Finding[] {
  const mounts = poolMounts(node.mounts, identity);
  const [first] = mounts;
  if (first === undefined) return [];
  const { block } = reporters(node.host.name);
  const anew = `umount ${first.path} when no VM uses it, then run again; or keep this node out with --limit`;
  const { unprivileged } = backend.peers;
  const high =
    mounts.some(({ options }) => options.includes('noresvport')) ||
    (address !== null && unprivileged.map(canonicalAddress).includes(address));
  const numbered = entries.find(
    ({ client, options }) =>
      nodeOf(client, namesOf([node], new Map([[node.host.name, address]]))) !== undefined &&
      options.some((option) => option.startsWith('fsid=')),
  );
  return [
    ...(high
      ? [
          block(
            'exports',
            `the live mount of the pool at ${first.path} comes from a port above 1023 (noresvport, or address translation), which an export line of its own would refuse: its VMs would lose their base files`,
            `mount it without noresvport: ${anew}`,
          ),
        ]
      : []),
    ...(numbered === undefined
      ? []
      : [
          block(
            'exports',
            `${numbered.file}:${numbered.line} exports the pool to this node with an fsid= of its own, which is part of the file handles of the live mount at ${first.path}: fastboot's line would make them stale, and its VMs would lose their base files`,
            anew,
          ),
        ]),
  ];
}
