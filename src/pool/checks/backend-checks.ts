import { parentOf } from '../../core/path.ts';
import { mountAt } from '../../formats/mountinfo.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { Settings } from '../../inventory/inventory.ts';
import type { Finding } from '../../core/finding.ts';
import { isNumeric } from '../../formats/address.ts';
import { reporters } from './check.ts';
import { dangerousExports } from '../storage/nfs-exports.ts';
import type { ExportEntry } from '../storage/nfs-exports.ts';
import { commonChecks, kernelCheck } from './host-checks.ts';
import type { Backend } from '../nodes/nodes.ts';

/** The share of the file system, and the GiB, below which uploads and snapshots are in danger. */
const LEAST_FREE_PERCENT = 10;
const LEAST_FREE_GIB = 20;

/** Local file systems that have hard links and that the kernel's server can export. */
const FILE_SYSTEMS = ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'jfs', 'f2fs', 'bcachefs'];

const NETWORK_FILE_SYSTEMS =
  /^(nfs4?|cifs|smb3|ceph|9p|afs|ocfs2|gfs2|lustre|fuse\.(glusterfs|sshfs|ceph|s3fs))$/;

/** What the checks of the backend need besides its own facts. */
export interface BackendContext {
  readonly settings: Settings;
  readonly storageAddress: string;
  readonly exports: readonly ExportEntry[];
  readonly offset: number | undefined;
  /** Names of compute nodes that could not reach the NFS port, or not tell. */
  readonly cutOff: readonly string[];
}

/** The environment checks of the backend that need no decision over all hosts. */
export function backendChecks(backend: Backend, context: BackendContext): readonly Finding[] {
  return [
    ...folderChecks(backend, context.settings),
    ...kernelCheck(backend, 'server'),
    ...spaceChecks(backend, context.settings),
    ...commonChecks(backend, context.offset),
    ...addressChecks(backend, context.storageAddress),
    ...exportChecks(backend, context),
    ...accessChecks(backend, context.cutOff),
  ];
}

/** The mount that a real path lies on. */
export function mountOf(mounts: readonly Mount[], real: string): Mount | undefined {
  for (let at = real; ; at = parentOf(at)) {
    const mount = mountAt(mounts, at);
    if (mount !== undefined || at === '/') return mount;
  }
}

function folderChecks(backend: Backend, { pool }: Settings): readonly Finding[] {
  const report = reporters(backend.host.name);
  const { images, cache, mounts } = backend;
  const setting = 'or set pool.images to the folder filesystem_store_datadir of its glance-api.conf';
  if (images.kind === 'absent' || images.kind === 'other') {
    const what = images.kind === 'absent' ? 'does not exist' : 'is not a folder';
    return [
      report.block(
        'images-folder',
        `Glance's folder ${pool.images} ${what}; it is never created, so that a typing error cannot make an empty pool`,
        `install Glance's filesystem store on this host, ${setting}`,
      ),
    ];
  }
  const mount = mountOf(mounts, images.real);
  if (images.kind === 'far' || (mount !== undefined && NETWORK_FILE_SYSTEMS.test(mount.type))) {
    return [
      report.block(
        'images-folder',
        `${pool.images} is on a network mount (${mount?.source ?? 'unknown source'}): the pool has to be on the host that has the disks`,
        `make that server the nfs_backend, ${setting}`,
      ),
    ];
  }
  return [...oneMountChecks(backend, pool, mount), ...typeCheck(mount, report.warning)];

  function typeCheck(on: Mount | undefined, warn: typeof report.warning): readonly Finding[] {
    if (on === undefined || FILE_SYSTEMS.includes(on.type)) return [];
    const finding = `${pool.images} is on ${on.type}, which is not known to serve hard links over NFS`;
    return [warn('file-system', finding, `put images and cache on ext4 or xfs; cache is ${cache.real}`)];
  }
}

function oneMountChecks(
  { host, images, cache, mounts }: Backend,
  pool: Settings['pool'],
  of: Mount | undefined,
) {
  const report = reporters(host.name);
  const other = mountOf(mounts, cache.real);
  const same = cache.kind !== 'far' && of?.id === other?.id && images.device === cache.device;
  if (same) return [];
  const where = (mount: Mount | undefined) =>
    mount === undefined ? 'no mount' : `${mount.path} (${mount.source})`;
  return [
    report.block(
      'one-mount',
      `${pool.images} is on ${where(of)}, ${pool.cache} on ${where(other)}: hard links need one mount for both (fact 23)`,
      'mount the volume on a parent of both folders, or set pool.cache to a folder beside the images on the same mount',
    ),
  ];
}

function spaceChecks({ host, images }: Backend, { pool }: Settings): readonly Finding[] {
  const report = reporters(host.name);
  const remedy =
    'make room or grow the file system: new images and snapshots land here, and links of deleted images keep their space';
  if (images.kind !== 'folder') return [];
  if (images.space === null)
    return [report.unknown('space', `df gives no answer for ${pool.images}`, remedy)];
  const { total, free } = images.space;
  const gib = free / 1024 / 1024;
  const percent = total === 0 ? 0 : (free / total) * 100;
  return percent < LEAST_FREE_PERCENT || gib < LEAST_FREE_GIB
    ? [
        report.warning(
          'space',
          `${gib.toFixed(1)} GiB (${Math.floor(percent)} %) are free on the file system of ${pool.images}`,
          remedy,
        ),
      ]
    : [];
}

function addressChecks({ host, route }: Backend, address: string): readonly Finding[] {
  const report = reporters(host.name);
  if (route.address === null) {
    if (isNumeric(address)) return [];
    return [
      report.warning(
        'names',
        `${address} does not resolve here`,
        'add it to /etc/hosts or DNS, or give storage_address as an address',
      ),
    ];
  }
  if (route.source === null)
    return [report.unknown('storage-address', `no route to ${address} could be read`, 'install iproute2')];
  if (route.local) return [];
  return [
    report.warning(
      'storage-address',
      `${address}, which compute nodes shall mount, is not an address of this host`,
      "set the backend's storage_address; leave it where the address is one that moves or is translated",
    ),
  ];
}

function exportChecks({ host }: Backend, { exports, settings }: BackendContext): readonly Finding[] {
  const report = reporters(host.name);
  return dangerousExports(exports, settings.pool.cache).map(({ file, line, path, client, options }) => {
    const risk = options.includes('no_root_squash')
      ? "root on such a host can change the owner of Glance's images"
      : 'everyone who reaches this host can mount the pool';
    return report.warning(
      'exports',
      `${file}:${line} exports ${path} to ${client}(${options.filter((word) => word !== '').join(',')}): ${risk}`,
      'remove or narrow that line; fastboot leaves it alone',
    );
  });
}

function accessChecks({ host, access, firewalls }: Backend, cutOff: readonly string[]): readonly Finding[] {
  const report = reporters(host.name);
  const selinux =
    access.selinux === 'enforcing'
      ? [
          report.unknown(
            'access-control',
            'SELinux is enforcing',
            'where mounts are refused, look at: ausearch -m avc -ts recent; and getsebool nfs_export_all_rw',
          ),
        ]
      : [];
  const firewall =
    firewalls.length > 0 && cutOff.length > 0
      ? [
          report.warning(
            'firewall',
            `${firewalls.join(', ')} is at work, and port 2049 is not known to be reachable from ${cutOff.join(', ')}`,
            'let TCP port 2049 in from the compute nodes',
          ),
        ]
      : [];
  return [...selinux, ...firewall];
}
