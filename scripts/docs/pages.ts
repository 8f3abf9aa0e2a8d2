/** All files that are generated from code and committed, with what makes them. */
import { inventorySchema } from '../../src/inventory/schema.ts';
import { playbookSchema } from '../../src/playbook/schema.ts';
import { checksPage } from './checks.ts';
import { commandsPage } from './commands.ts';
import { eventsPage } from './events.ts';
import { exitCodesPage } from './exit-codes.ts';
import { playbookVariablesPage } from './playbook-variables.ts';
import { resourcesPage } from './resources.ts';
import { settingsPage } from './settings.ts';

const json = (data: unknown): string => `${JSON.stringify(data, undefined, 2)}\n`;

/** The text of each file, by its path in the repository. */
export const generatedFiles: Readonly<Record<string, () => string | Promise<string>>> = {
  'schemas/inventory.schema.json': () => json(inventorySchema()),
  'schemas/playbook.schema.json': () => json(playbookSchema()),
  'docs/reference/checks.md': checksPage,
  'docs/reference/commands.md': commandsPage,
  'docs/reference/events.md': eventsPage,
  'docs/reference/exit-codes.md': exitCodesPage,
  'docs/reference/playbook-variables.md': playbookVariablesPage,
  'docs/reference/resources.md': resourcesPage,
  'docs/reference/settings.md': settingsPage,
};
