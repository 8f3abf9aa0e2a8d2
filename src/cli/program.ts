/** The program `fastboot` for commander: its commands, and the help that is about all of them. */
import { Command } from 'commander';
import type { Environment } from '../commands/run/environment.ts';
import { EXIT_MEANINGS } from '../commands/run/exit-code.ts';
import { addCommand } from './command.ts';
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
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('(see fastboot --help)')
    .addHelpText('after', exitCodes());
  for (const spec of commands)
    addCommand(program, spec, async ({ run }, args, options) =>
      done(await run(args, options, environmentOf(options.color))),
    );
  return program;
}

function exitCodes(): string {
  const lines = EXIT_MEANINGS.map(({ codes, meaning }) => `  ${codes.join(', ').padEnd(15)}${meaning}`);
  return `\nExit codes:\n${lines.join('\n')}`;
}
