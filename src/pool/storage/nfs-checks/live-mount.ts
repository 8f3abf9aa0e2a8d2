/** Check: a node's live mount of the pool goes on when the node gets an export line of its own. */
import { canonicalAddress } from '../../../formats/address.ts';
import { defineCheck } from '../../check-framework/define.ts';
import { namesOf } from '../nfs-clients.ts';
import { mountsOfFolder } from '../nfs-identity.ts';
import { nodeOf } from '../nfs-unmanaged-exports.ts';
import { readNfs } from '../nfs-view.ts';

type Folder = { readonly folder: string };
type Numbered = Folder & { readonly file: string; readonly line: number };

const mountAgain = ({ folder }: Folder): string =>
  `umount ${folder} when no VM uses it, then run again; or leave this node out with --limit`;

/**
 * A node's own line applies to its live mount as soon as it is there. If the line refuses the mount, or makes its file
 * handles stale, the VMs lose their base files.
 */
export default defineCheck({
  name: 'live-mount',
  about: "A node's own export line does not break a live mount of the pool.",
  on: 'compute',
  findings: {
    'high-port': {
      severity: 'block',
      say: ({ folder }: Folder) =>
        `the live mount of the pool at ${folder} comes from a port above 1023 (noresvport, or address translation). An export line of its own would refuse that port, and VMs would lose their base files`,
      fix: (it: Folder) => `mount it without noresvport: ${mountAgain(it)}`,
    },
    fsid: {
      severity: 'block',
      say: ({ file, line, folder }: Numbered) =>
        `${file}:${line} exports the pool to this node with its own fsid=. fastboot's line would make the live mount at ${folder} stale, and VMs would lose their base files`,
      fix: mountAgain,
    },
  },
  judge: ({ node, pool }, report) => {
    const { cache, addresses, peers, exports } = readNfs(pool.nodes, pool.inventory);
    const mounts = mountsOfFolder(node.mounts, cache);
    const [first] = mounts;
    if (first === undefined) return [];
    const folder = first.path;
    const address = addresses.get(node.host.name) ?? null;
    const isHigh =
      mounts.some(({ options }) => options.includes('noresvport')) ||
      (address !== null && peers.unprivileged.map(canonicalAddress).includes(address));
    const names = namesOf([node], addresses);
    const numbered = exports.find(
      ({ path, client, options }) =>
        path === pool.inventory.settings.pool.cache &&
        nodeOf(client, names) !== undefined &&
        options.some((option) => option.startsWith('fsid=')),
    );
    return [
      ...(isHigh ? [report('high-port', { folder })] : []),
      ...(numbered === undefined
        ? []
        : [report('fsid', { file: numbered.file, line: numbered.line, folder })]),
    ];
  },
});
