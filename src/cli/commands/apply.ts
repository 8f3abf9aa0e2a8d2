/** `fastboot apply` on the command line. */
import type { ApplyOptions } from '../../commands/apply.ts';
import { defineCommand } from '../command.ts';
import {
  compare,
  consent,
  exit,
  output,
  playbook,
  reach,
  rollout,
  select,
  withHelp,
} from '../option-groups.ts';
import { flag, text } from '../option.ts';

export const apply = defineCommand<ApplyOptions>({
  name: 'apply',
  about: 'Plan, confirm, apply, verify. A saved plan is applied exactly or refused.',
  arguments: [{ name: '<inventory-or-plan>' }],
  options: {
    ...playbook,
    dryRun: flag('--dry-run', 'only plan, as `fastboot plan` does'),
    check: flag('--check', 'the same as --dry-run'),
    out: text('--out <file>', 'with --dry-run: save the plan'),
    ...withHelp(compare, 'with --dry-run: print how the plan differs from a saved plan'),
    ...withHelp(exit, 'with --dry-run: exit with code 2 when there are changes'),
    ...consent,
    ...rollout,
    ...select,
    ...reach,
    ...output,
  },
  notes: `A few nodes at a time: fastboot works on the backend, then the canaries, then one batch after the other. A batch
starts when every host of the batch before was read again and is as it should be. When a canary fails, or a host of
a batch (with --max-failures: more than that many), no more hosts are started. Hosts that have begun are finished,
and the command for the rest is printed. Without these options all compute nodes are worked on at the same time,
and a host that fails stops only itself.`,
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/apply.ts')).apply(file, options, environment),
});
