/** The commented inventory that `fastboot init` writes. It is valid as it is. */
import { resolvePlain } from '../core/yaml/scalar.ts';
import type { Json } from '../core/json.ts';
import { keyOf, rowsOf } from './settings-values.ts';
import { SECTIONS } from './settings.ts';
import type { SettingRow } from './settings.ts';

/** Where comments beside keys begin. */
const COMMENT_COLUMN = 45;

/** The text of the file. */
export const starterInventory = `# Inventory of one pool of Glance images: one backend, and the compute nodes that boot from it.
# It is an Ansible YAML inventory. Check it with: fastboot validate FILE
all:
  vars:
    ansible_user: root              # who logs in over SSH; with another user add: ansible_become: true
    # ansible_ssh_private_key_file: ~/.ssh/id_ed25519
    # Never write passwords here: use --ask-pass and --ask-become-pass.
    #
    # fastboot:                     # every key is optional; these are the defaults
${settingLines().join('\n')}

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

/** Every setting with its default, as comments. */
function settingLines(): readonly string[] {
  return Object.entries(SECTIONS).flatMap(([name, section]) => [
    withComment(`    #   ${name}:`, 'comment' in section ? section.comment : undefined),
    ...rowsOf(name).map(settingLine),
  ]);
}

function settingLine(row: SettingRow): string {
  return withComment(`    #     ${keyOf(row)}: ${yaml(row.default)}`, row.comment);
}

function withComment(line: string, comment: string | undefined): string {
  return comment === undefined ? line : `${line.padEnd(COMMENT_COLUMN - 1)} # ${comment}`;
}

/** A value as YAML: a text that YAML would read as something else is in quotes. */
function yaml(value: Json): string {
  return typeof value === 'string' && resolvePlain(value).type === 'string' ? value : JSON.stringify(value);
}
