/** `fastboot show` on the command line. */
import type { ShowOptions } from '../../commands/show.ts';
import { defineCommand } from '../command.ts';
import { compare, output } from '../option-groups.ts';
import { choice } from '../option.ts';
import { PLAN_FORMS } from '../../report/output-forms.ts';

export const show = defineCommand<ShowOptions>({
  name: 'show',
  about: 'Print a saved plan as text, JSON, Markdown or a web page. Connects to no host.',
  arguments: [{ name: '<planfile>', help: 'a plan that `plan --out` saved' }],
  options: {
    format: choice('--format <form>', 'print the plan in this form', PLAN_FORMS),
    ...compare,
    color: output.color,
    verbose: output.verbose,
    quiet: output.quiet,
  },
  run: async ([file = ''], options, environment) =>
    (await import('../../commands/show.ts')).show(file, options, environment),
});
