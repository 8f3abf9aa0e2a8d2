import { closeSync, openSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type {
  ApplyOptions,
  GcOptions,
  HistoryOptions,
  PlanOptions,
  RemoveOptions,
  Share,
} from '../commands/run/options.ts';
import type { ShowOptions } from '../commands/show.ts';
import { PLAN_FORMS } from '../report/forms.ts';

/** What each command does once its arguments are known; gives the exit code. */
export interface Actions {
  init(file: string): Promise<number>;
  validate(
    inventory: string,
    options: { readonly playbook?: string; readonly verbose: boolean },
  ): Promise<number>;
  inventory(inventory: string, options: InventoryOptions): Promise<number>;
  plan(inventory: string, options: PlanOptions & ColorOption): Promise<number>;
  show(file: string, options: ShowOptions & ColorOption): Promise<number>;
  apply(inventory: string, options: ApplyOptions & ColorOption): Promise<number>;
  remove(inventory: string, hosts: readonly string[], options: RemoveOptions & ColorOption): Promise<number>;
  gc(inventory: string, options: GcOptions & ColorOption): Promise<number>;
  history(inventory: string, options: HistoryOptions & ColorOption): Promise<number>;
}

export interface ColorOption {
  readonly color: 'auto' | 'always' | 'never';
}

export interface InventoryOptions {
  readonly list?: boolean;
  readonly host?: string;
  readonly graph?: boolean;
}

/** The command line: commands, arguments, options and their help. */
export function createProgram(version: string, actions: Actions, done: (exitCode: number) => void): Command {
  const program = new Command('fastboot')
    .description(
      'Every VM boots as fast as the second one from its image: a shared NFS pool of Glance images for OpenStack compute nodes',
    )
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError('(see fastboot --help)')
    .addHelpText('after', EXIT_CODES);

  program
    .command('init')
    .argument('[file]', 'the inventory to write', 'inventory.yaml')
    .description('write a commented starter inventory; never overwrites')
    .action(async (file: string) => done(await actions.init(file)));

  program
    .command('validate')
    .argument('<inventory>')
    .option('--playbook <file>', 'a playbook of your own in place of the packaged one')
    .option('-v, --verbose', 'also what is harmless', false)
    .description('check inventory and playbooks without a connection')
    .action(async (file: string, options: { playbook?: string; verbose: boolean }) =>
      done(await actions.validate(file, options)),
    );

  program
    .command('inventory')
    .argument('<inventory>')
    .addOption(
      new Option('--list', 'all groups and hosts with their variables, as JSON').conflicts(['host', 'graph']),
    )
    .addOption(new Option('--host <name>', "one host's variables, as JSON").conflicts(['graph']))
    .option('--graph', 'groups and hosts as a tree')
    .description('the inventory as fastboot understands it, in the form of ansible-inventory')
    .action(async (file: string, options: InventoryOptions) => done(await actions.inventory(file, options)));

  changing(program.command('plan'))
    .option('--detailed-exitcode', 'exit with 2 where there is anything to do', false)
    .option('--out <file>', 'save the plan, so that `apply FILE` carries out exactly this')
    .option('--diff-against <planfile>', 'print what differs from a saved plan, in place of the plan')
    .description('print what would change and why; changes nothing on any host')
    .action(async (file: string, options: PlanOptions & ColorOption) =>
      done(await actions.plan(file, options)),
    );

  program
    .command('show')
    .argument('<planfile>', 'a plan that `plan --out` saved')
    .addOption(formatOption())
    .addOption(colorOption())
    .option('--diff-against <planfile>', 'print what differs from an older saved plan, in place of the plan')
    .option('-v, --verbose', 'whole diffs, and more', false)
    .option('-q, --quiet', 'say only the last line', false)
    .description('print a saved plan, as text, JSON, Markdown or a web page')
    .action(async (file: string, options: ShowOptions & ColorOption) =>
      done(await actions.show(file, options)),
    );

  changing(program.command('apply'), '<inventory-or-plan>')
    .option('--dry-run', 'exactly `plan`', false)
    .addOption(new Option('--check', 'the same as --dry-run').default(false))
    .addOption(
      new Option('--detailed-exitcode', 'with --dry-run: exit with 2 where there is anything to do').default(
        false,
      ),
    )
    .option('--serial <n>', 'compute nodes in batches of N or N% of those with changes', share)
    .option(
      '--canary <n>',
      'N compute nodes first, of each kind one before a second; or which, as for --limit',
      canary,
    )
    .option(
      '--max-failures <n>',
      'begin no further host once more than N, or N%, of the compute nodes failed or were unreachable; 0: the first stops',
      shareOrNone,
    )
    .option('--lock-timeout <seconds>', 'to wait for another run to end', seconds, 0)
    .addOption(new Option('--out <file>', 'with --dry-run: save the plan'))
    .addOption(
      new Option('--diff-against <planfile>', 'with --dry-run: print what differs from a saved plan'),
    )
    .description('plan, ask, carry out, read back; of a saved plan just what it says, or nothing')
    .addHelpText('after', ROLLOUT)
    .action(
      async (
        file: string,
        options: PlanOptions & ApplyOptions & ColorOption & { dryRun: boolean; check: boolean },
      ) => {
        const dryRun = options.dryRun || options.check;
        if (options.out !== undefined && !dryRun)
          program.error('error: --out saves a plan: use it with `fastboot plan` or --dry-run', {
            exitCode: 1,
          });
        if (options.diffAgainst !== undefined && !dryRun)
          program.error('error: --diff-against compares plans: use it with `fastboot plan` or --dry-run', {
            exitCode: 1,
          });
        done(dryRun ? await actions.plan(file, options) : await actions.apply(file, options));
      },
    );

  connecting(program.command('remove'), '<inventory>', '<host...>')
    .option('--dry-run', 'only say what would be done', false)
    .addOption(new Option('--check', 'the same as --dry-run').default(false))
    .option('--detailed-exitcode', 'with --dry-run: exit with 2 where there is anything to do', false)
    .option('--lock-timeout <seconds>', 'to wait for another run to end', seconds, 0)
    .description('take compute nodes out of the pool without hurting their VMs')
    .addHelpText('after', REMOVE)
    .action(
      async (
        file: string,
        hosts: readonly string[],
        options: RemoveOptions & ColorOption & { check: boolean },
      ) => done(await actions.remove(file, hosts, { ...options, dryRun: options.dryRun || options.check })),
    );

  connecting(program.command('gc'), '<inventory>')
    .option('--local', "base files of the compute nodes' own that lie beneath the pool's mount", false)
    .option('--delete', 'remove what is proved to be needed by nobody; else it is only listed', false)
    .option('--lock-timeout <seconds>', 'to wait for another run to end', seconds, 0)
    .description('list or free base files that nobody needs; so far only with --local')
    .action(async (file: string, options: GcOptions & ColorOption) => done(await actions.gc(file, options)));

  reaching(program.command('history').argument('<inventory>'))
    .option('--show <run>', "print that run's plan; the beginning of its id is enough")
    .option('--json', 'as JSON; with --show the plan', false)
    .addOption(formatOption().conflicts('json'))
    .option('--task-timeout <seconds>', 'without a sign of life from the backend', positive, 600)
    .addOption(colorOption())
    .option('-v, --verbose', 'whole diffs, and more', false)
    .description('which runs changed something: when, by whom, what; the newest hundred, from the backend')
    .action(async (file: string, options: HistoryOptions & ColorOption) =>
      done(await actions.history(file, options)),
    );

  return program;
}

/** How hosts are reached. */
function reaching(command: Command): Command {
  return command
    .option('--user <name>', 'user to log in as where the inventory names none')
    .option('--private-key <file>', 'key to log in with where the inventory names none')
    .option('--ask-pass', 'ask for the SSH password', false)
    .option('--ask-become-pass', 'ask for the sudo password', false)
    .option('--ssh-config <file>', 'in place of ~/.ssh/config')
    .option('--known-hosts <file>', 'in place of ~/.ssh/known_hosts')
    .option(
      '--accept-new-host-keys',
      'trust hosts that are seen for the first time; changed keys are refused all the same',
      false,
    )
    .option('--connect-timeout <seconds>', 'for connecting and logging in', positive);
}

function connecting(command: Command, ...names: readonly string[]): Command {
  for (const name of names) command.argument(name);
  return reaching(command)
    .option(
      '--limit <pattern>',
      'compute nodes to work on: names, groups, globs, !x, ranges, separated by commas',
    )
    .option('--forks <n>', 'hosts worked on at a time', positive, 32)
    .option('--yes', 'do not ask before changing anything', false)
    .option('--json', 'events as JSON lines on standard output, and nothing else', false)
    .addOption(formatOption().conflicts('json'))
    .option('--task-timeout <seconds>', 'without a sign of life from a host', positive, 600)
    .option('--log-file <file>', 'append everything that happens, as JSON lines', appendable)
    .addOption(colorOption())
    .option('-v, --verbose', 'say more', false)
    .option('-q, --quiet', 'say only the last line', false);
}

/** Commands whose plan comes from a playbook of one's choice. */
function changing(command: Command, argument = '<inventory>'): Command {
  return connecting(command, argument).option(
    '--playbook <file>',
    'a playbook of your own in place of the packaged one',
  );
}

function formatOption(): Option {
  return new Option('--format <form>', 'the form in which the plan is printed')
    .choices(PLAN_FORMS)
    .default('text');
}

function colorOption(): Option {
  return new Option('--color <when>', 'colour in what is printed')
    .choices(['auto', 'always', 'never'])
    .default('auto');
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number from 1 on is wanted.');
  return value;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('whole seconds, from 0 on, are wanted.');
  return value;
}

/** `N` or `N%`, from 0 on. */
function shareOrNone(text: string): Share {
  const match = /^(\d{1,9})(%?)$/.exec(text);
  const amount = Number(match?.[1]);
  const percent = match?.[2] === '%';
  if (match === null || (percent && amount > 100))
    throw new InvalidArgumentError('a whole number or a percentage such as 10% is wanted.');
  return { amount, percent };
}

function share(text: string): Share {
  const value = shareOrNone(text);
  if (value.amount === 0)
    throw new InvalidArgumentError('a whole number from 1 on or a percentage such as 10% is wanted.');
  return value;
}

function canary(text: string): number | string {
  return /^[-+]?[\d.]+$/.test(text) ? positive(text) : text;
}

const REMOVE = `
HOST is the name of a compute node of the inventory, or a pattern as for --limit. Base files that disks of the node need
are copied back beneath the pool's mount, the pool is unmounted where nothing uses it (else the node is left as it is,
and the VMs are named), settings become what they were before fastboot, and the export is withdrawn last. Packages stay.
Then take the host out of the inventory, or the next apply brings the pool back there.`;

const ROLLOUT = `
Rolling out: the backend, then the canaries, then batch after batch. A batch begins when every host of the one before
was read again and is as it should be. Where a canary is not, or any host of a batch (with --max-failures: more than so
many), no further host is begun; hosts that have begun are finished, and the command for the rest is printed.
Without these options all compute nodes are worked on side by side, and one that fails stops only itself.`;

/** A log that was asked for and cannot be had is told before anything is touched. */
function appendable(file: string): string {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw new InvalidArgumentError(`${error instanceof Error ? error.message : String(error)}.`);
  }
  return file;
}

const EXIT_CODES = `
Exit codes:
  0  done, or nothing to do     3  a host failed           129, 130, 143  interrupted; hosts are consistent
  1  usage or inventory error   4  a host was unreachable
  2  --detailed-exitcode: there are changes
  5  refused: another run holds the lock, a saved plan is stale, or a change would endanger data`;
