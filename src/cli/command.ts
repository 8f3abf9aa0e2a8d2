/** A command of the command line as data, and how it becomes one of commander's. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Environment } from '../commands/run/environment.ts';
import type { ColorOptions } from './option-groups.ts';
import type { OptionSpec, OptionSpecs } from './option.ts';

/** As commander has it where the output is not a terminal. */
const DEFAULT_HELP_WIDTH = 80;

/** An argument of a command. */
export interface ArgumentSpec {
  /** As in the help: `<inventory>`, `[file]`, `<host...>`. */
  readonly name: string;
  readonly help?: string;
  readonly default?: string;
}

/** A command, with the type of its options. */
export interface CommandSpec<Options> {
  readonly name: string;
  /** One or two sentences for the help. */
  readonly about: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: OptionSpecs<Options> & Partial<OptionSpecs<ColorOptions>>;
  /** Help below the options. */
  readonly notes?: string;
  /**
   * Loads the command's own module and calls it; gives the exit code. Modules are loaded as late as this because help and
   * usage errors need neither ssh2 nor listr2, and should come at once.
   */
  readonly run: (args: readonly string[], options: Options, environment: Environment) => Promise<number>;
}

/** A command without the type of its options, as the program uses it. */
export type AnyCommand = CommandSpec<Readonly<Record<string, unknown>>>;

/** Keeps the type of the options inside the command's own file. */
export function defineCommand<Options extends object>(spec: CommandSpec<Options>): AnyCommand {
  // sound because the options that reach `run` were read by the same table
  return spec as unknown as AnyCommand;
}

/** The argument of most commands. */
export const INVENTORY: ArgumentSpec = { name: '<inventory>' };

/** What the program does with a command that was called. */
export type Call = (
  spec: AnyCommand,
  args: readonly string[],
  options: Readonly<Record<string, unknown>> & ColorOptions,
) => Promise<void>;

/** Adds a command to the program. */
export function addCommand(program: Command, spec: AnyCommand, call: Call): void {
  const command = program.command(spec.name).description(spec.about);
  for (const { name, help, default: byDefault } of spec.arguments) command.argument(name, help, byDefault);
  for (const [key, option] of Object.entries(spec.options)) command.addOption(toOption(key, option));
  const { notes } = spec;
  if (notes !== undefined)
    command.addHelpText('after', () => {
      const help = command.createHelp();
      const lines = notes.split('\n').map((line) => help.boxWrap(line, helpWidth(command)));
      return `\n${lines.join('\n')}`;
    });
  const defaults = Object.fromEntries(
    Object.entries(spec.options).map(([key, option]) => [key, option.default]),
  );
  command.action(async () => {
    const options = {
      color: 'auto' as const,
      ...defaults,
      ...command.opts<Readonly<Record<string, unknown>>>(),
    };
    await call(spec, command.processedArgs.flat() as readonly string[], options);
  });
}

function toOption(key: string, spec: OptionSpec<unknown>): Option {
  const option = new Option(spec.flags, spec.help);
  if (option.attributeName() !== key) throw new Error(`the option ${spec.flags} has the wrong key ${key}`);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.conflicts !== undefined) option.conflicts([...spec.conflicts]);
  if (spec.heading !== undefined) option.helpGroup(spec.heading);
  if (spec.default !== undefined && spec.default !== false) option.default(spec.default, spec.defaultText);
  const { parse } = spec;
  if (parse !== undefined)
    option.argParser((given) => {
      const value = parse(given);
      if (!value.ok) throw new InvalidArgumentError(value.error);
      return value.value;
    });
  return option;
}

/** How many columns the help of a command has. */
export function helpWidth(command: Command): number {
  return command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_HELP_WIDTH;
}
