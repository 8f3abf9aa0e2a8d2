import { stringify } from 'yaml';
import type { LabHost } from './host.ts';

export interface InventoryOptions {
  /** names of the hosts that stand in it; default all */
  readonly hosts?: readonly string[];
  /** what stands under `fastboot:` for all hosts */
  readonly fastboot?: Readonly<Record<string, unknown>>;
  /** further variables for all hosts */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** further variables of single hosts, by name */
  readonly hostVars?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** the file's name in the lab's folder; default inventory.yaml */
  readonly file?: string;
}

/**
 * An inventory of lab hosts. Only the backend's storage address stands there, because its ssh address is a loopback one; those of the
 * compute nodes are for fastboot to find out.
 */
export function inventoryText(
  hosts: readonly LabHost[],
  keyFile: string,
  options: InventoryOptions = {},
): string {
  const group = (role: LabHost['role']): { hosts: Record<string, unknown> } => {
    const entries = hosts
      .filter((host) => host.role === role)
      .map(({ name, sshPort, storageAddress }) => {
        const own = { ansible_host: '127.0.0.1', ansible_port: sshPort };
        const storage = role === 'backend' ? { storage_address: storageAddress } : {};
        return [name, { ...own, ...storage, ...options.hostVars?.[name] }] as const;
      });
    return { hosts: Object.fromEntries(entries) };
  };
  const vars = {
    ansible_user: 'root',
    ansible_ssh_private_key_file: keyFile,
    ...options.vars,
    ...(options.fastboot ? { fastboot: options.fastboot } : {}),
  };
  return stringify({
    all: { vars, children: { nfs_backend: group('backend'), compute: group('compute') } },
  });
}
