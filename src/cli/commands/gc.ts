/** `fastboot gc` on the command line. */
import type { GcOptions } from '../../commands/gc.ts';
import { defineCommand, INVENTORY } from '../command.ts';
import { consent, output, reach, select } from '../option-groups.ts';
import { flag } from '../option.ts';

export const gc = defineCommand<GcOptions>({
  name: 'gc',
  about: 'List or free base files that nobody needs. Only --local is available so far.',
  arguments: [INVENTORY],
  options: {
    local: flag('--local', "look at base files under the pool's mount on compute nodes"),
    delete: flag('--delete', 'delete files that are proved unused; without it, only list them'),
    ...consent,
    ...select,
    ...reach,
    ...output,
  },
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/gc.ts')).gc(file, options, environment),
});
