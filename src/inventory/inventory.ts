import type { Settings } from './settings.ts';

export type { Settings } from './settings.ts';
export { defaultSettings } from './settings-values.ts';

export interface Host {
  readonly name: string;
  /** `ansible_host`, or the name. */
  readonly address: string;
  readonly port: number;
  /** Whether the inventory names the port; where not, ssh_config may. */
  readonly portGiven: boolean;
  readonly user: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly become: boolean;
  readonly connection: 'ssh' | 'local';
  readonly storageAddress: string | undefined;
  /** All groups that the host is in, but for `all`, sorted by name. */
  readonly groups: readonly string[];
  /** As merged for this host. */
  readonly settings: Settings;
  /** The variables that Ansible would give this host, as plain JSON. */
  readonly vars: Readonly<Record<string, unknown>>;
}

/** An inventory without errors. */
export interface Inventory {
  /** The path as it was given. */
  readonly file: string;
  /** SHA-256 in hex of all files that were read: the inventory, group_vars and host_vars. */
  readonly digest: string;
  readonly backend: Host;
  readonly compute: readonly Host[];
  /** Hosts, other than the backend, that run glance-api with its store in the pool; any of them may be in `compute` too. */
  readonly glance: readonly Host[];
  /** All hosts, in the inventory's order. */
  readonly hosts: readonly Host[];
  /** Names of the hosts in a group and its children; `all` and `ungrouped` among them, `nfs_backend` however it is spelled. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The backend's, which are the pool's. */
  readonly settings: Settings;
}

/** The optional group of hosts that run glance-api; without it nothing is any different. */
export const glanceGroup = 'glance';

/** The group of the one backend, and how else it may be spelled. */
export const backendGroups: readonly string[] = ['nfs_backend', 'nfs-backend'];

export function isBackend({ groups }: Host): boolean {
  return groups.some((group) => backendGroups.includes(group));
}

/** Whether a host runs glance-api with its store in the pool. */
export function isController(host: Host): boolean {
  return host.groups.includes(glanceGroup) && !isBackend(host);
}

/** Whether a host mounts the pool for its VMs: all but the backend and those that only run glance-api. */
export function isCompute(host: Host): boolean {
  return !isBackend(host) && (host.groups.includes('compute') || !host.groups.includes(glanceGroup));
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
