/** The reference page of the inventory: settings and connection variables. */
import { CONNECTION_VARIABLES } from '../../src/inventory/connection-variables.ts';
import { keyOf, rowsOf } from '../../src/inventory/settings-values.ts';
import { SECTIONS } from '../../src/inventory/settings.ts';
import { code, page, table, value } from './markdown.ts';

/** The page docs/reference/settings.md. */
export function settingsPage(): string {
  return page(
    'Settings',
    '`src/inventory/settings.ts` and `src/inventory/connection-variables.ts`',
    'Write settings under `fastboot:` in the variables of the inventory: under `all`, a group or a host. Settings of several levels are merged key by key. The nearest wins (host, child group, parent group, all). Every key is optional.',
    'A setting with the scope **pool** has one value for the whole pool: set it under `all` or for the backend. A setting with the scope **host** may differ between hosts.',
    ...Object.entries(SECTIONS).flatMap(([name, { description }]) => [
      `## ${name}`,
      description,
      table(
        ['key', 'values', 'default', 'scope', 'meaning'],
        rowsOf(name).map((row) => [
          code(keyOf(row)),
          row.type.values,
          value(row.default),
          row.scope,
          row.description,
        ]),
      ),
    ]),
    '## Connection variables',
    "fastboot reads these variables of a host. All but `storage_address` are Ansible's own. Passwords are never read from a file: use `--ask-pass` and `--ask-become-pass`, or the environment variables `FASTBOOT_SSH_PASSWORD` and `FASTBOOT_BECOME_PASSWORD`.",
    table(
      ['variable', 'meaning'],
      CONNECTION_VARIABLES.map(({ name, description }) => [code(name), description]),
    ),
  );
}
