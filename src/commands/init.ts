import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';

/** A commented inventory to start from; valid as it stands. */
export const starterInventory = `# Inventory of one pool of Glance images: one NFS backend, and the compute nodes that boot from it.
# It is an Ansible YAML inventory. Check it with: fastboot validate FILE
all:
  vars:
    ansible_user: root              # who logs in over SSH; with another user add: ansible_become: true
    # ansible_ssh_private_key_file: ~/.ssh/id_ed25519
    # Passwords never stand here: use --ask-pass and --ask-become-pass.
    #
    # fastboot:                     # every key is optional; these are the defaults
    #   pool:
    #     images: /var/lib/glance/images       # Glance's files; the folder must exist
    #     cache: /var/lib/glance/imagecache    # the links, on the same file system
    #     owner: auto                          # auto = the hypervisor's user; keep = leave Glance's; or "uid:gid"
    #     mode: "0644"                         # in quotes
    #   nfs:
    #     version: "4.2"
    #     threads: auto
    #     mount_options: []                    # added to vers=4.2,hard,lookupcache=positive,_netdev,nofail
    #     copy_limit: null                     # MiB/s of base files that come from compute nodes; null = no limit
    #   link_sync:
    #     interval: 10                         # seconds between full passes, beside the instant ones
    #     schedule: auto                       # systemd or cron
    #     openrc: auto                         # Glance credentials on the backend; null = never ask Glance
    #     settle: 10                           # where Glance is not asked: seconds without a change
    #   nova:
    #     instances: /var/lib/nova/instances
    #     service: auto                        # nova-compute, openstack-nova-compute, a container, none
    #   glance:                                # on the hosts of the group glance, below
    #     store: auto                          # where glance-api keeps its images: what its configuration says
    #     service: auto                        # glance-api, openstack-glance-api, none

  children:
    nfs_backend:                    # exactly one host: it holds Glance's files
      hosts:
        nfs01:
          ansible_host: 192.0.2.10
          # Its address on the storage network, which compute nodes mount. Without it: ansible_host.
          # storage_address: 198.51.100.10

    compute:                        # any number of hosts; ranges save lines: compute[01:40]
      hosts:
        compute01: { ansible_host: 192.0.2.11 }
        compute02: { ansible_host: 192.0.2.12 }

    # Only where glance-api runs on other machines than the backend: they get the images folder mounted as their store.
    # glance: { hosts: { controller01: { ansible_host: 192.0.2.5 } } }
`;

/** Writes the starter inventory to a new file. Gives what to say; the error: why nothing was written. */
export async function initInventory(file: string): Promise<Result<string, string>> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, starterInventory, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST')
      return err(`${file} exists already; nothing was written. Name another file, or move this one away.`);
    return err(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return ok(`Wrote ${file}. Put your hosts in, then run: fastboot validate ${file}`);
}

/** `fastboot init`. Gives the exit code. */
export async function init(file: string, { stdout, stderr }: Environment): Promise<number> {
  const written = await initInventory(file);
  if (written.ok) print(stdout, written.value);
  else print(stderr, written.error);
  return written.ok ? 0 : 1;
}
