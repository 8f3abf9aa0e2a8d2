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
    local: flag(
      '--local',
      "base files of the compute nodes themselves, in the folder under the pool's mount",
    ),
    delete: flag(
      '--delete',
      'delete what is proved to be needed by nobody; without it, files are only listed',
    ),
    ...consent,
    ...select,
    ...reach,
    ...output,
  },
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/gc.ts')).gc(file, options, environment),
});
