/** The inventory as the rest of fastboot sees it. */
import type { Settings } from './settings.ts';

/** A host of the inventory. */
export interface Host {
  readonly name: string;
  /** `ansible_host`, or the name. */
  readonly address: string;
  readonly port: number;
  /** Whether the inventory sets the port. Where it does not, ssh_config may. */
  readonly portGiven: boolean;
  readonly user: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly become: boolean;
  readonly connection: 'ssh' | 'local';
  readonly storageAddress: string | undefined;
  /** All groups of the host but `all`, sorted by name. */
  readonly groups: readonly string[];
  /** The settings for this host. */
  readonly settings: Settings;
  /** The variables that Ansible would give to this host, as plain JSON. */
  readonly vars: Readonly<Record<string, unknown>>;
}

/** An inventory without errors. */
export interface Inventory {
  /** The path as the user gave it. */
  readonly file: string;
  /** SHA-256 in hex of all files that were read: the inventory, group_vars and host_vars. */
  readonly digest: string;
  readonly backend: Host;
  readonly compute: readonly Host[];
  /** Hosts other than the backend that run glance-api with its store in the pool. Any of them may be in `compute` too. */
  readonly glance: readonly Host[];
  /** All hosts, in the inventory's order. */
  readonly hosts: readonly Host[];
  /** The names of the hosts of each group and its children, `all` and `ungrouped` too. The backend's group is always `nfs_backend`. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The settings of the backend: they count for the whole pool. */
  readonly settings: Settings;
}

/** The optional group of the hosts that run glance-api. */
export const glanceGroup = 'glance';

/** The group of the one backend. */
export const backendGroup = 'nfs_backend';

/** All spellings of the backend's group. */
export const backendGroups: readonly string[] = [backendGroup, 'nfs-backend'];

/** The group of the compute nodes. */
export const computeGroup = 'compute';

/** Whether a host is in the group of the backend. */
export function isBackend({ groups }: Host): boolean {
  return groups.some((group) => backendGroups.includes(group));
}

/** Whether a host runs glance-api with its store in the pool. */
export function isController(host: Host): boolean {
  return host.groups.includes(glanceGroup) && !isBackend(host);
}

/** Whether a host mounts the pool for its VMs: every host but the backend and those that only run glance-api. */
export function isCompute(host: Host): boolean {
  return !isBackend(host) && (host.groups.includes(computeGroup) || !host.groups.includes(glanceGroup));
}

/** The compute nodes, then the other hosts that run glance-api. */
export function clientHosts<T>({
  compute,
  glance,
}: {
  readonly compute: readonly T[];
  readonly glance: readonly T[];
}): readonly T[] {
  return [...new Set([...compute, ...glance])];
}
