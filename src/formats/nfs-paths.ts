/** The paths of an NFS server on a host: its configuration, and what it knows at the moment. */

/** The administrator's exports, exports(5). */
export const EXPORTS_FILE = '/etc/exports';

/** More exports: every file in here whose name ends with `.exports` and begins with no dot. */
export const EXPORTS_FOLDER = '/etc/exports.d';

/** fastboot's own exports. */
export const OWN_EXPORTS_FILE = `${EXPORTS_FOLDER}/fastboot.exports`;

/** The table of all exports as exportfs(8) made it last; it may hold exports that are in no file. */
export const EXPORT_TABLE_FILE = '/var/lib/nfs/etab';

/** What mountd remembers of NFSv3 mounts; it keeps entries of clients that went away silently. */
export const MOUNT_RECORDS_FILE = '/var/lib/nfs/rmtab';

/** fastboot's own settings of the NFS server, nfs.conf(5). */
export const NFS_CONFIG_FILE = '/etc/nfs.conf.d/fastboot.conf';

/** The kernel's NFS server: threads, versions and clients, nfsd(7). */
export const NFSD_FOLDER = '/proc/fs/nfsd';
