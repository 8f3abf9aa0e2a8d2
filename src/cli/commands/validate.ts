/** `fastboot validate` on the command line. */
import type { ValidateOptions } from '../../commands/validate.ts';
import { defineCommand, INVENTORY } from '../command.ts';
import { playbook } from '../option-groups.ts';
import { flag } from '../option.ts';

export const validate = defineCommand<ValidateOptions>({
  name: 'validate',
  about: 'Check inventory and playbooks without connecting to a host.',
  arguments: [INVENTORY],
  options: {
    ...playbook,
    verbose: flag('-v, --verbose', 'print also variables that fastboot does not use'),
  },
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/validate.ts')).validate(file, options, environment),
});
