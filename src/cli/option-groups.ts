/** The groups of options that commands share: reach, select, output, consent, and how a run goes over the nodes. */
import type {
  CompareOptions,
  ConsentOptions,
  ExitOptions,
  OutputOptions,
  PlaybookOptions,
  ReachOptions,
  SelectOptions,
} from '../commands/run/options.ts';
import type { RolloutOptions } from '../commands/run/rollout.ts';
import { PLAN_FORMS } from '../report/output-forms.ts';
import {
  choice,
  flag,
  parseAppendable,
  parseCanary,
  parseCount,
  parseSeconds,
  parseShare,
  parseSizeOfBatch,
  text,
} from './option.ts';
import type { OptionSpec, OptionSpecs } from './option.ts';

/** When colour is used; the command line itself needs it, commands do not. */
export interface ColorOptions {
  readonly color: 'auto' | 'always' | 'never';
}

/** Puts a heading above a group of options in the help. */
function group<Options extends object>(heading: string, specs: OptionSpecs<Options>): OptionSpecs<Options> {
  const entries = Object.entries<OptionSpec<unknown>>(specs as Readonly<Record<string, OptionSpec<unknown>>>);
  return Object.fromEntries(
    entries.map(([key, spec]) => [key, { ...spec, heading }]),
  ) as OptionSpecs<Options>;
}

/** How hosts are reached. */
export const reach = group<ReachOptions>('How hosts are reached:', {
  user: text('--user <name>', 'log in as this user where the inventory names none'),
  privateKey: text('--private-key <file>', 'log in with this key where the inventory names none'),
  askPass: flag('--ask-pass', 'ask for the SSH password'),
  askBecomePass: flag('--ask-become-pass', 'ask for the sudo password'),
  sshConfig: text('--ssh-config <file>', 'use this file instead of ~/.ssh/config'),
  knownHosts: text('--known-hosts <file>', 'use this file instead of ~/.ssh/known_hosts'),
  acceptNewHostKeys: flag(
    '--accept-new-host-keys',
    'trust hosts that are seen for the first time; a changed host key is still refused',
  ),
  connectTimeout: {
    ...text(
      '--connect-timeout <seconds>',
      'stop connecting after this many seconds (default: as in ssh_config, or 10)',
    ),
    default: undefined,
    parse: parseCount,
  },
  taskTimeout: {
    flags: '--task-timeout <seconds>',
    help: 'abort a host that is silent for this long',
    default: 600,
    parse: parseCount,
  },
});

/** Which hosts a run works on, and how many at the same time. */
export const select = group<SelectOptions>('Which hosts:', {
  limit: text(
    '--limit <pattern>',
    'work on these compute nodes and Glance hosts only: names, groups, globs, ranges, !x to exclude, separated by commas',
  ),
  forks: {
    flags: '--forks <n>',
    help: 'work on this many hosts at the same time',
    default: 32,
    parse: parseCount,
  },
});

/** What is printed, and how. */
export const output = group<OutputOptions & ColorOptions>('What is printed:', {
  json: flag('--json', 'print events as JSON lines on standard output, and nothing else'),
  format: {
    ...choice('--format <form>', 'print the plan in this form', PLAN_FORMS),
    conflicts: ['json'],
  },
  logFile: {
    ...text('--log-file <file>', 'append all events to this file, as JSON lines'),
    parse: parseAppendable,
  },
  color: choice('--color <when>', 'use colour', ['auto', 'always', 'never']),
  verbose: flag('-v, --verbose', 'print more'),
  quiet: flag('-q, --quiet', 'print only the last line of the plan and of the recap'),
});

/** What must be given before anything changes. */
export const consent = group<ConsentOptions>('Before anything changes:', {
  yes: flag('--yes', 'do not ask for confirmation'),
  lockTimeout: {
    flags: '--lock-timeout <seconds>',
    help: 'wait this long for another run to end',
    default: 0,
    parse: parseSeconds,
  },
});

/** How a run goes over the compute nodes. */
export const rollout = group<RolloutOptions>('A few nodes at a time:', {
  serial: {
    flags: '--serial <n>',
    help: 'apply to compute nodes in batches of N, or of N% of those with changes',
    default: undefined,
    parse: parseSizeOfBatch,
  },
  canary: {
    flags: '--canary <n>',
    help: 'apply to N nodes first: takes one node of each kind first, then second nodes; or a host pattern',
    default: undefined,
    parse: parseCanary,
  },
  maxFailures: {
    flags: '--max-failures <n>',
    help: 'stop starting hosts when more than N (or N%) compute nodes failed, changed since the plan, or were unreachable; 0: stop at the first',
    default: undefined,
    parse: parseShare,
  },
});

/** A playbook in place of the packaged one. */
export const playbook: OptionSpecs<PlaybookOptions> = {
  playbook: text('--playbook <file>', 'use this playbook instead of the packaged one'),
};

/** What the exit code of a plan says. */
export const exit: OptionSpecs<ExitOptions> = {
  detailedExitcode: flag('--detailed-exitcode', 'exit with code 2 when there are changes'),
};

/** With what a plan is compared. */
export const compare: OptionSpecs<CompareOptions> = {
  diffAgainst: text(
    '--diff-against <planfile>',
    'print how the plan differs from a saved plan, instead of the plan',
  ),
};

/** The same table with other words of help. */
export function withHelp<Options extends object>(
  specs: OptionSpecs<Options>,
  help: string,
): OptionSpecs<Options> {
  const entries = Object.entries<OptionSpec<unknown>>(specs as Readonly<Record<string, OptionSpec<unknown>>>);
  return Object.fromEntries(entries.map(([key, spec]) => [key, { ...spec, help }])) as OptionSpecs<Options>;
}
