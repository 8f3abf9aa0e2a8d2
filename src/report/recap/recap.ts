import type { HostOutcome } from '../../core/event.ts';
import { isUnreachable } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';
import type { Plan } from '../../plan/plan.ts';
import { planChanges } from '../../plan/plan.ts';
import { countOutcomes } from './count-outcomes.ts';
import { visible } from '../terminal/escape.ts';
import { failureLines } from '../failure/lines.ts';
import { describeFailure, failureCause } from '../failure/text.ts';
import { groupBy } from '../../core/group-by.ts';
import type { NonEmpty } from '../../core/group-by.ts';
import { compressHosts } from '../terminal/host-range.ts';
import { blockedSection, deferredSection } from './recap-plan.ts';
import { retryCommand } from './retry.ts';
import type { HostFailure, RunRecord } from './run-record.ts';
import type { Style } from '../terminal/style.ts';
import { count, duration, indented, spread, textWidth, truncate, wrap } from '../terminal/text.ts';

export interface RecapOptions {
  readonly width: number;
  /** The plan that was carried out, if the run got so far. */
  readonly plan?: Plan;
  /** The words of the run as they were given, the program's name first. */
  readonly argv: readonly string[];
  /** How each host came out, also when all is well. */
  readonly verbose?: boolean;
  /** For a screen: the line of counts is broken between words; else it is one line, for scripts to find. */
  readonly wrapped?: boolean;
}

/**
 * What is left to say after a run, ends with a newline: what went wrong by cause, what was not done and why, one line of
 * counts, the command to run again. When all is well it is the line of counts alone.
 */
export function formatRecap(record: RunRecord, style: Style, options: RecapOptions): string {
  const width = Math.min(Math.max(options.width, 80), 200);
  const { plan } = options;
  const sections = [
    interruptedLines(record, style, width),
    ...failureSections(record, style, width),
    plan ? blockedSection(plan, style, width) : [],
    skippedSection(record, plan, style, width),
    plan ? deferredSection(plan, style, width) : [],
    options.verbose === true ? hostTable(record, width) : [],
    [
      ...summaryLines(record, plan, style, options.wrapped === true ? width : Infinity),
      ...retryLines(record, options, style),
    ],
  ];
  return joinSections(sections);
}

/** What went wrong on which hosts, by cause, with what to do; empty where nothing did. */
export function formatFailures(record: RunRecord, style: Style, columns: number): string {
  return joinSections(failureSections(record, style, Math.min(Math.max(columns, 80), 200)));
}

function joinSections(sections: readonly (readonly string[])[]): string {
  const filled = sections.filter((lines) => lines.length > 0);
  return filled.length === 0 ? '' : `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function failureSections(
  { failures }: RunRecord,
  style: Style,
  width: number,
): readonly (readonly string[])[] {
  const failed = (outcome: FailureKind) => failures.filter(({ failure }) => kindOf(failure) === outcome);
  return [
    failureSection('Failed', failed('failed'), style, width),
    failureSection('Unreachable', failed('unreachable'), style, width),
    failureSection('Refused', failed('refused'), style, width),
  ];
}

function interruptedLines(record: RunRecord, style: Style, width: number): readonly string[] {
  const { interrupted, failures } = record;
  if (interrupted === undefined) return [];
  // a second Ctrl-C gives the connections up
  const cutOff = failures.some(({ failure }) => failure.kind === 'lost');
  const text = cutOff
    ? 'no new steps were begun, and connections were given up in the middle of a step: see below. The next run carries on.'
    : "steps that had begun were finished, no new ones were begun, and the run's lock is released. Every host is consistent; the next run carries on.";
  const by = interrupted === 'SIGINT' ? 'Ctrl-C' : interrupted;
  return wrap(`Interrupted by ${by}: ${text}`, width).map(style.yellow);
}

function failureSection(
  title: string,
  failures: readonly HostFailure[],
  style: Style,
  width: number,
): readonly string[] {
  if (failures.length === 0) return [];
  const groups = groupBy(failures, ({ host, failure }) => failureCause(host, failure));
  return [style.bold(style.red(title)), ...groups.flatMap((group) => groupLines(group, style, width))];
}

function groupLines(group: NonEmpty<HostFailure>, style: Style, width: number): readonly string[] {
  const [first] = group;
  const text = describeFailure(first.host, first.failure);
  const hosts = [...new Set(group.map(({ host }) => host))];
  const size = count(hosts.length, 'host');
  const what = truncate(text.what, width - textWidth(size) - 6, style.symbols.ellipsis);
  return [
    `  ${style.red(style.symbols.failed)} ${spread(what, size, width - 3 - textWidth(style.symbols.failed))}`,
    ...indented(compressHosts(hosts), 4, width).map(style.bold),
    ...(first.task === undefined ? [] : indented(`task: ${visible(first.task)}`, 4, width)),
    ...(hosts.length > 1 && text.output.length > 0 ? [style.dim(`    on ${first.host}:`)] : []),
    ...failureLines(text, style, width),
  ];
}

/** Hosts that a stop left half done, and hosts that nothing was done on. */
function skippedSection(
  record: RunRecord,
  plan: Plan | undefined,
  style: Style,
  width: number,
): readonly string[] {
  const skipped = hostsWith(record, ['skipped']);
  const section = (title: string, hosts: readonly string[], text: string): readonly string[] =>
    hosts.length === 0
      ? []
      : [
          style.bold(title),
          ...indented(compressHosts(hosts), 4, width).map(style.bold),
          ...indented(text, 4, width),
        ];
  const begun = section(
    'Not finished',
    skipped.filter((host) => (record.changed.get(host) ?? 0) > 0),
    'What had begun there is finished, the rest was not begun.',
  );
  const untouched = section(
    'Skipped',
    skipped.filter((host) => (record.changed.get(host) ?? 0) === 0),
    `${skipReason(record, plan)} Nothing was changed there.`,
  );
  return begun.length > 0 && untouched.length > 0 ? [...begun, '', ...untouched] : [...begun, ...untouched];
}

function skipReason(record: RunRecord, plan: Plan | undefined): string {
  const culprits = essentialHosts(plan).filter((host) =>
    ['failed', 'unreachable', 'blocked'].includes(record.outcomes.get(host) ?? ''),
  );
  if (culprits.length > 0) {
    const [host = ''] = culprits;
    return `Their stage was not begun, because ${host} ${was(record.outcomes.get(host))} and they need it.`;
  }
  if (record.interrupted !== undefined) return 'The run was interrupted before their turn.';
  if (record.stopped !== undefined) return `Their turn did not come: ${record.stopped}.`;
  return 'Their stage was not begun.';
}

function was(outcome: HostOutcome | undefined): string {
  return outcome === 'failed' ? 'failed' : `was ${outcome ?? 'not done'}`;
}

function hostTable(record: RunRecord, width: number): readonly string[] {
  return groupBy(record.outcomes, ([, outcome]) => outcome).flatMap((group) => {
    const hosts = group.map(([host]) => host);
    const [first = '', ...more] = wrap(compressHosts(hosts), width - 15);
    return [`  ${group[0][1].padEnd(11)}  ${first}`, ...more.map((line) => ' '.repeat(15) + line)];
  });
}

/** `Applied: 296 changed, 1 unchanged, …`: its shape is always the same, for scripts to find. */
function summaryLines(
  record: RunRecord,
  plan: Plan | undefined,
  style: Style,
  width: number,
): readonly string[] {
  const planned = plan ? planChanges(plan) : [];
  const deferred = planned.filter(({ action }) => action === 'deferred').length;
  const counts = record.done?.counts ?? countOutcomes(record.outcomes.values(), { changes: 0, deferred });
  const { changed, unchanged, failed, unreachable, blocked, skipped } = counts;
  const line =
    `Applied: ${changed} changed, ${unchanged} unchanged, ${failed} failed, ${unreachable} unreachable, ` +
    `${blocked} blocked, ${skipped} skipped of ${count(record.hosts.length, 'host')}; ` +
    `${count(counts.changes, 'change')} made, ${counts.deferred} deferred` +
    `${record.done ? `; ${duration(record.done.seconds)}` : ''}.`;
  const well = failed + unreachable + blocked + skipped === 0 && record.interrupted === undefined;
  return wrap(line, width).map((part) => style.bold(well ? style.green(part) : part));
}

/** Nothing when all is well; else the exact command for what is left. */
function retryLines(record: RunRecord, { argv, plan }: RecapOptions, style: Style): readonly string[] {
  const left = hostsWith(record, ['failed', 'unreachable', 'blocked', 'skipped']);
  if (left.length === 0 && record.interrupted === undefined) return [];
  const essential = essentialHosts(plan);
  const narrow =
    plan !== undefined &&
    record.interrupted === undefined &&
    left.length < record.hosts.length &&
    left.every((host) => !essential.includes(host));
  return [`Retry: ${style.cyan(retryCommand(argv, narrow ? left : 'all'))}`];
}

function essentialHosts(plan: Plan | undefined): readonly string[] {
  return (plan?.stages ?? [])
    .filter(({ essential }) => essential)
    .flatMap(({ hosts }) => hosts.map(({ host }) => host));
}

function hostsWith(record: RunRecord, outcomes: readonly HostOutcome[]): readonly string[] {
  return record.hosts.filter((host) => {
    const outcome = record.outcomes.get(host);
    return outcome !== undefined && outcomes.includes(outcome);
  });
}

type FailureKind = 'failed' | 'unreachable' | 'refused';

/** A host that was found in another state than planned was refused, which is no failure of its own. */
function kindOf(failure: Failure): FailureKind {
  if (isUnreachable(failure)) return 'unreachable';
  return failure.kind === 'stale' ? 'refused' : 'failed';
}
