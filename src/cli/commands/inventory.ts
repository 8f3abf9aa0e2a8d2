/** `fastboot inventory` on the command line. */
import type { InventoryOptions } from '../../commands/inventory.ts';
import { defineCommand, INVENTORY } from '../command.ts';
import { flag, text } from '../option.ts';

export const inventory = defineCommand<InventoryOptions>({
  name: 'inventory',
  about: 'Print the inventory as fastboot reads it, in the format of ansible-inventory.',
  arguments: [INVENTORY],
  options: {
    list: {
      ...flag('--list', 'print all groups and hosts with their variables, as JSON'),
      conflicts: ['host', 'graph'],
    },
    host: { ...text('--host <name>', 'print the variables of one host, as JSON'), conflicts: ['graph'] },
    graph: flag('--graph', 'print groups and hosts as a tree'),
  },
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/inventory.ts')).inventory(file, options, environment),
});
