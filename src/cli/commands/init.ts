/** `fastboot init` on the command line. */
import { defineCommand } from '../command.ts';

export const init = defineCommand({
  name: 'init',
  about: 'Write a commented starter inventory. Never overwrites a file.',
  arguments: [{ name: '[file]', help: 'the file to write', default: 'inventory.yaml' }],
  options: {},
  run: async ([file = ''], _options, environment) =>
    (await import('../../commands/init.ts')).init(file, environment),
});
