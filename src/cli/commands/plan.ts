/** `fastboot plan` on the command line. */
import type { PlanOptions } from '../../commands/plan.ts';
import { defineCommand, INVENTORY } from '../command.ts';
import { compare, exit, output, playbook, reach, select } from '../option-groups.ts';
import { text } from '../option.ts';

export const plan = defineCommand<PlanOptions>({
  name: 'plan',
  about: 'Print what would change and why. Changes nothing on any host.',
  arguments: [INVENTORY],
  options: {
    ...playbook,
    out: text('--out <file>', 'save the plan, so that `apply FILE` applies exactly this plan'),
    ...compare,
    ...exit,
    ...select,
    ...reach,
    ...output,
  },
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/plan.ts')).plan(file, options, environment),
});
