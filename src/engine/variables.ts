import type { Json, JsonObject } from '../core/json.ts';
import type { Host, Settings } from '../inventory/inventory.ts';

/** What a playbook may insert for a host: its inventory variables, `fastboot` with every default, and `host`. */
export function hostVariables(host: Host): JsonObject {
  return {
    ...(host.vars as JsonObject),
    inventory_hostname: host.name,
    host: { name: host.name, address: host.address, groups: host.groups },
    fastboot: settingsVariables(host.settings),
  };
}

/** The settings under the names that the inventory uses. */
function settingsVariables({ pool, nfs, linkSync, nova }: Settings): Json {
  return {
    pool: { ...pool },
    nfs: { version: nfs.version, threads: nfs.threads, mount_options: nfs.mountOptions },
    link_sync: { ...linkSync },
    nova: { ...nova },
  };
}
