/** The program `fastboot` for commander: its commands, and the help that is about all of them. */
import { Command } from 'commander';
import type { Environment } from '../commands/run/environment.ts';
import { EXIT_MEANINGS } from '../commands/run/exit-code.ts';
import { addCommand, helpWidth } from './command.ts';
import { commands } from './commands/index.ts';
import type { ColorOptions } from './option-groups.ts';

const ABOUT =
  'Every VM boots as fast as the second one from its image: a shared pool of Glance images for OpenStack compute nodes';

/**
 * The command line.
 *
 * @param environmentOf makes what a command may use of the world
 * @param done receives the exit code of the command that was called
 */
export function createProgram(
  version: string,
  environmentOf: (color: ColorOptions['color']) => Environment,
  done: (exitCode: number) => void,
): Command {
  const program = new Command('fastboot')
    .description(ABOUT)
    // descriptions are wrapped at 80 columns too, where little room is left for them
    .configureHelp({ minWidthToWrap: 20 })
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('(see fastboot --help)')
    .addHelpText('after', ({ command }) => exitCodes(command));
  for (const spec of commands)
    addCommand(program, spec, async ({ run }, args, options) =>
      done(await run(args, options, environmentOf(options.color))),
    );
  return program;
}

function exitCodes(program: Command): string {
  const help = program.createHelp();
  help.prepareContext({ helpWidth: helpWidth(program) });
  const rows = EXIT_MEANINGS.map(({ codes, meaning }) => ({ term: codes.join(', '), meaning }));
  const width = Math.max(...rows.map(({ term }) => term.length));
  const lines = rows.map(({ term, meaning }) => help.formatItem(term, width, meaning, help));
  return `\nExit codes:\n${lines.join('\n')}`;
}
