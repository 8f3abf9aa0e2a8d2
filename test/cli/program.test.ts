import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { createProgram } from '../../src/cli/program.ts';
import { createWorld } from '../commands/world.ts';

const program = createProgram(
  '1.0',
  () => createWorld('/nonexistent').environment,
  () => undefined,
);

describe('the program', () => {
  it('has each command once, each in a file of its name', () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(program.commands.map((command) => command.name())).toEqual(names);
  });

  it.each(program.commands.map((command) => [command.name(), command] as const))(
    '%s explains every option in words of its own, without defaults that say nothing',
    (_name, command) => {
      const help = command.helpInformation();
      expect(help).not.toContain('(default: false)');
      for (const option of command.options) expect(option.description).toMatch(/^\S.{5,}[^.]$/);
    },
  );

  it.each([
    ['plan', ['--yes', '--lock-timeout', '--serial']],
    ['history', ['--yes', '--limit', '--forks', '--playbook', '--log-file']],
    ['remove', ['--playbook', '--serial']],
    ['gc', ['--playbook', '--serial']],
  ])('%s has no option that means nothing there', (name, without) => {
    const command = program.commands.find((each) => each.name() === name);
    const flags = command?.options.map(({ long }) => long) ?? [];
    expect(flags).not.toEqual([]);
    expect(flags.filter((flag) => without.includes(flag ?? ''))).toEqual([]);
  });
});
