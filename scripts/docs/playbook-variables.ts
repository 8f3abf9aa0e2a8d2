/** The reference page of the variables that a playbook may insert. */
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../../src/inventory/settings.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { FACT_ROOTS, rootOf } from '../../src/playbook/variable-names.ts';
import { code, page, table, value } from './markdown.ts';

const PLAYBOOKS = ['site.yaml', 'remove.yaml', 'gc-local.yaml'];

/** The page docs/reference/playbook-variables.md. */
export async function playbookVariablesPage(): Promise<string> {
  const names = new Set<string>();
  for (const file of PLAYBOOKS) {
    const loaded = await loadPlaybook(fileURLToPath(new URL(`../../playbooks/${file}`, import.meta.url)));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    for (const play of loaded.value.plays) for (const name of play.names) names.add(name);
  }
  const used = [...names].sort();
  return page(
    'Variables of playbooks',
    '`src/inventory/settings.ts`, `src/playbook/variable-names.ts` and the packaged playbooks',
    '`{{ name.path }}` inserts a variable. A name that does not exist is an error; a value that is null can only be used alone.',
    '## Known before any host is read',
    table(
      ['name', 'meaning'],
      [
        ['`inventory_hostname`', 'the name of the host'],
        ['`host.name`, `host.address`, `host.groups`', 'the host in the inventory'],
        ['any variable of the inventory', 'as Ansible would give it to the host'],
        ['any name under `vars` of the play', 'as the play says'],
        ['`item`', 'the element of `loop`'],
      ],
    ),
    'The settings of the inventory, with every default. [settings.md](settings.md) explains them.',
    table(
      ['name', 'default'],
      SETTINGS.map((row) => [code(`fastboot.${row.path}`), value(row.default)]),
    ),
    '## Read from the hosts',
    table(
      ['name', 'what it is about', 'parts that the packaged playbooks use'],
      Object.entries(FACT_ROOTS).map(([root, meaning]) => [
        code(root),
        meaning,
        used
          .filter((name) => rootOf(name) === root && name !== root)
          .map((name) => code(name.slice(root.length + 1)))
          .join(', '),
      ]),
    ),
  );
}
