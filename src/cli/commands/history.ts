/** `fastboot history` on the command line. */
import type { HistoryOptions } from '../../commands/history.ts';
import { defineCommand, INVENTORY } from '../command.ts';
import { output, reach } from '../option-groups.ts';
import { flag, text } from '../option.ts';

export const history = defineCommand<HistoryOptions>({
  name: 'history',
  about: 'List the runs that changed something: when, by whom, and what. The backend keeps the newest 100.',
  arguments: [INVENTORY],
  options: {
    show: text('--show <run>', 'print the plan of this run; the beginning of its id is enough'),
    ...reach,
    json: flag('--json', 'print as JSON; with --show: the plan'),
    format: output.format,
    color: output.color,
    verbose: output.verbose,
  },
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/history.ts')).history(file, options, environment),
});
