/** The paths on hosts that fastboot knows, each once. Those of the pool's storage are in a file of their own in `formats/`. */

/** What must survive a reboot. Made by the first change on a host, with mode 0755. */
export const STATE_FOLDER = '/var/lib/fastboot';

/** Copies of files as they were before fastboot first changed them; only root can read them. */
export const BACKUP_FOLDER = `${STATE_FOLDER}/backup`;

/** One line for each backup: the run that made it, a tab, the path of the file. */
export const BACKUP_INDEX_FILE = `${BACKUP_FOLDER}/index`;

/** The names of handlers that were notified and did not run yet, one a line. */
export const PENDING_HANDLERS_FILE = `${STATE_FOLDER}/pending`;

/** On the backend: one record and one plan for each run. */
export const RUNS_FOLDER = `${STATE_FOLDER}/runs`;

/** On a controller: the files of its own image store that are proved to be in the pool, see the resource `store_copy`. */
export const STORE_LEDGER_FILE = `${STATE_FOLDER}/store.moved`;

/** On the backend: what link-sync did last, for people and for monitoring. */
export const LINK_SYNC_STATE_FILE = `${STATE_FOLDER}/link-sync.json`;

/** What ends with a reboot: locks, and mount points of copies. */
export const RUNTIME_FOLDER = '/run/fastboot';

/** On the backend: locked for as long as a run lasts; its text names the run. */
export const RUN_LOCK_FILE = `${RUNTIME_FOLDER}/lock`;

/** On each host: locked while one unit of a plan changes the host. */
export const UNIT_LOCK_FILE = `${RUNTIME_FOLDER}/unit`;

/** Where a copy mounts the pool, in a mount namespace of its own. */
export const STAGING_FOLDER = `${RUNTIME_FOLDER}/staging`;

/** On a controller: what its image store held when the last copy was finished; the mount may hide just that. */
export const STORE_LISTING_FILE = `${RUNTIME_FOLDER}/store.listing`;

/** On the backend: the configuration of link-sync. */
export const LINK_SYNC_CONFIG_FILE = '/etc/fastboot/link-sync.json';

/** On the backend: the log of link-sync. */
export const LINK_SYNC_LOG_FILE = '/var/log/fastboot/link-sync.log';

/** The mounts that a host makes when it boots, fstab(5). */
export const FSTAB_FILE = '/etc/fstab';

/** Kernel parameters that fastboot sets at boot, sysctl.d(5). */
export const SYSCTL_FILE = '/etc/sysctl.d/60-fastboot.conf';

/** One file for each cron job, cron(8). */
export const CRON_FOLDER = '/etc/cron.d';

/** One file for each kernel module that is loaded at boot, modules-load.d(5). */
export const MODULES_FOLDER = '/etc/modules-load.d';

/** The administrator's unit files and drop-ins, systemd.unit(5). */
export const UNIT_FILES_FOLDER = '/etc/systemd/system';

/** Exists where systemd is the running init, sd_booted(3). */
export const SYSTEMD_RUNNING_FOLDER = '/run/systemd/system';

/** Nova's folder of instances, where nothing else is configured. */
export const NOVA_INSTANCES_FOLDER = '/var/lib/nova/instances';

/** Glance's image store, where nothing else is configured. */
export const GLANCE_IMAGES_FOLDER = '/var/lib/glance/images';

/** The cache folder of the pool, where nothing else is configured. */
export const POOL_CACHE_FOLDER = '/var/lib/glance/imagecache';

/** kolla's configuration of nova-compute in a container. */
export const KOLLA_NOVA_FOLDER = '/etc/kolla/nova-compute';
export const KOLLA_NOVA_CONFIG_FILE = `${KOLLA_NOVA_FOLDER}/nova.conf`;

/** kolla's configuration of glance-api in a container. */
export const KOLLA_GLANCE_FOLDER = '/etc/kolla/glance-api';

/** Where a file is kept as it was before fastboot first changed it. */
export function backupOf(file: string): string {
  return `${BACKUP_FOLDER}${file}`;
}
