/** The reference page of commands. */
import type { AnyCommand } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/index.ts';
import type { OptionSpec } from '../../src/cli/option.ts';
import { code, page, present, sentence, table, value } from './markdown.ts';

/** The page docs/reference/commands.md. */
export function commandsPage(): string {
  return page(
    'Commands',
    '`src/cli/commands/`',
    'Exit codes: see [exit-codes.md](exit-codes.md).',
    table(
      ['command', 'what it does'],
      commands.map(({ name, about }) => [`[${code(name)}](#fastboot-${name})`, about]),
    ),
    ...commands.flatMap(section),
  );
}

function section(command: AnyCommand): readonly string[] {
  const { name, about, arguments: args, notes } = command;
  const usage = ['fastboot', name, '[options]', ...args.map((each) => each.name)].join(' ');
  return present(
    `## fastboot ${name}`,
    about,
    `\`\`\`sh\n${usage}\n\`\`\``,
    table(
      ['argument', 'meaning'],
      args
        .filter(({ help }) => help !== undefined)
        .map(({ name: argument, help = '', default: byDefault }) => [
          code(argument),
          sentence(byDefault === undefined ? help : `${help}; default ${code(byDefault)}`),
        ]),
    ),
    ...optionTables(command),
    (notes ?? '').replaceAll(/(?<!\.)\n/g, ' '),
  );
}

/** One table for each group, the options without a group first. */
function optionTables({ options }: AnyCommand): readonly string[] {
  const all: readonly OptionSpec<unknown>[] = Object.values(options);
  const headings = [undefined, ...new Set(all.flatMap(({ heading }) => heading ?? []))];
  return headings.map((heading) => {
    const rows = all.filter((option) => option.heading === heading).map(optionRow);
    return table([heading?.replace(/:$/, '') ?? 'option', 'meaning', 'default'], rows);
  });
}

function optionRow({ flags, help, default: byDefault, choices }: OptionSpec<unknown>): readonly string[] {
  const words = choices === undefined ? '' : `: ${choices.map(code).join(', ')}`;
  const isShown = byDefault !== undefined && byDefault !== false;
  return [code(flags), sentence(`${help}${words}`), isShown ? value(byDefault) : ''];
}
