/** The recap at the end of a run: what failed, what was not done and why, the counts, and the command to run again. */
import { groupBy } from '../../core/group-by.ts';
import type { Plan } from '../../plan/plan.ts';
import { planChanges } from '../../plan/plan.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { count, duration, screenWidth, wrap } from '../terminal/text.ts';
import { countOutcomes } from './count-outcomes.ts';
import { failureSections } from './failure-sections.ts';
import { joinSections } from './join-sections.ts';
import type { Section } from './join-sections.ts';
import { blockedSection, deferredSection } from './plan-sections.ts';
import { retryCommand } from './retry.ts';
import type { RunRecord } from './collect-run.ts';
import { essentialHosts, hostsWith, skippedSection } from './skipped-section.ts';

export interface RecapOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** The plan that was applied, if the run got as far as that. */
  readonly plan?: Plan;
  /** The words of the command, the program's name first. */
  readonly argv: readonly string[];
  /** Shows the outcome of each host, also where all hosts succeeded. */
  readonly verbose?: boolean;
  /** Breaks the line of counts for a screen. Otherwise it is one line, so that scripts can find it. */
  readonly wrapped?: boolean;
}

/** The recap, ending with a newline. When all hosts succeeded, it is the line of counts only. */
export function formatRecap(record: RunRecord, style: Style, options: RecapOptions): string {
  const width = screenWidth(options.width);
  const { plan } = options;
  return joinSections([
    interruptedLines(record, style, width),
    ...failureSections(record, style, width),
    plan ? blockedSection(plan, style, width) : [],
    skippedSection(record, plan, style, width),
    plan ? deferredSection(plan, style, width) : [],
    options.verbose === true ? outcomeTable(record, width) : [],
    [
      ...countLines(record, plan, style, options.wrapped === true ? width : Infinity),
      ...retryLines(record, options, style),
    ],
  ]);
}

function interruptedLines({ interrupted, failures }: RunRecord, style: Style, width: number): Section {
  if (interrupted === undefined) return [];
  // a second Ctrl-C drops the connections
  const wasDropped = failures.some(({ failure }) => failure.kind === 'lost');
  const what = wasDropped
    ? 'No new step was started. Connections were dropped in the middle of a step, see below. Run again to continue.'
    : 'Started steps were finished. No new step was started. The run lock is released. All hosts are consistent. Run again to continue.';
  const by = interrupted === 'SIGINT' ? 'Ctrl-C' : interrupted;
  return wrap(`Interrupted by ${by}. ${what}`, width).map(style.yellow);
}

function outcomeTable({ outcomes }: RunRecord, width: number): Section {
  const margin = 15;
  return groupBy(outcomes, ([, outcome]) => outcome).flatMap((group) => {
    const hosts = group.map(([host]) => host);
    const [first = '', ...more] = wrap(compressHosts(hosts), width - margin);
    return [
      `  ${group[0][1].padEnd(margin - 4)}  ${first}`,
      ...more.map((line) => ' '.repeat(margin) + line),
    ];
  });
}

/** `Applied: 296 changed, 1 unchanged, …`: always of the same form, so that scripts can find it. */
function countLines(record: RunRecord, plan: Plan | undefined, style: Style, width: number): Section {
  const planned = plan ? planChanges(plan) : [];
  const deferred = planned.filter(({ action }) => action === 'deferred').length;
  const counts = record.done?.counts ?? countOutcomes(record.outcomes.values(), { changes: 0, deferred });
  const { changed, unchanged, failed, unreachable, blocked, skipped } = counts;
  const line =
    `Applied: ${changed} changed, ${unchanged} unchanged, ${failed} failed, ${unreachable} unreachable, ` +
    `${blocked} blocked, ${skipped} skipped of ${count(record.hosts.length, 'host')}; ` +
    `${count(counts.changes, 'change')} made, ${counts.deferred} deferred` +
    `${record.done ? `; ${duration(record.done.seconds)}` : ''}.`;
  const hasSucceeded = failed + unreachable + blocked + skipped === 0 && record.interrupted === undefined;
  return wrap(line, width).map((part) => style.bold(hasSucceeded ? style.green(part) : part));
}

/** The command for the hosts that are left, where there are any. */
function retryLines(record: RunRecord, { argv, plan }: RecapOptions, style: Style): Section {
  const left = hostsWith(record, ['failed', 'unreachable', 'blocked', 'skipped']);
  if (left.length === 0 && record.interrupted === undefined) return [];
  const essential = essentialHosts(plan);
  const canLimit =
    plan !== undefined &&
    record.interrupted === undefined &&
    left.length < record.hosts.length &&
    left.every((host) => !essential.includes(host));
  return [`Retry: ${style.cyan(retryCommand(argv, canLimit ? left : 'all'))}`];
}
