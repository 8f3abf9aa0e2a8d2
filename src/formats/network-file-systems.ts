/** File systems whose files are on another host, by the types of /proc/self/mountinfo. */

/** Looking at a path on one of these may hang for as long as the server is away. */
export const REMOTE_TYPES: readonly string[] = [
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'ceph',
  'fuse.glusterfs',
  'fuse.sshfs',
];

/** Others, whose disks may belong to several hosts. */
const SHARED = ['9p', 'afs', 'ocfs2', 'gfs2', 'lustre', 'fuse.ceph', 'fuse.s3fs'];

/** Whether files on a file system of this type are not on the host's own disks alone. */
export function isNetworkFileSystem(type: string): boolean {
  return REMOTE_TYPES.includes(type) || SHARED.includes(type);
}

/** An extended regular expression for the lines of mountinfo that are such mounts. */
export const REMOTE_MOUNT_PATTERN = ` - (${REMOTE_TYPES.map((type) => type.replace('.', '[.]')).join('|')}) `;
