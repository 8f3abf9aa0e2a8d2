/** `fastboot remove` on the command line. */
import type { RemoveOptions } from '../../commands/remove.ts';
import { defineCommand, INVENTORY } from '../command.ts';
import { consent, exit, output, reach, select, withHelp } from '../option-groups.ts';
import { flag } from '../option.ts';

export const remove = defineCommand<RemoveOptions>({
  name: 'remove',
  about: 'Take compute nodes out of the pool without harming their VMs.',
  arguments: [
    INVENTORY,
    { name: '<host...>', help: 'compute nodes, by name or by a pattern as for --limit' },
  ],
  options: {
    dryRun: flag('--dry-run', 'only plan'),
    check: flag('--check', 'the same as --dry-run'),
    ...withHelp(exit, 'with --dry-run: exit with code 2 when there are changes'),
    ...consent,
    ...select,
    ...reach,
    ...output,
  },
  notes: `Base files that disks of the node need are copied back into the folder under the mount.
fastboot unmounts the pool only if nothing uses it. Otherwise it changes nothing and names the VMs.
Settings become what they were before fastboot. The export is withdrawn last. Packages stay.
Then take the host out of the inventory. Otherwise the next apply brings the pool back there.`,
  run: async ([file = '', ...hosts], options, environment) =>
    (await import('../../commands/remove.ts')).remove(file, hosts, options, environment),
});
