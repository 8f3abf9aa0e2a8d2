import type { Plan } from '../../plan/plan.ts';
import type { Finding } from '../../core/finding.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import { changeLines } from './change.ts';
import type { HostGroup, ShownChange } from './groups.ts';
import { summarizePlan } from './summary.ts';
import type { FindingGroup, Obstacle, PlanSummary, StageSummary } from './summary.ts';
import {
  ACTIONS,
  RISKS,
  amountText,
  exampleText,
  lastLine,
  limitText,
  riskText,
  thingText,
  vmText,
} from './words.ts';
import { readLines } from './reads-text.ts';
import type { HostRead } from './reads-text.ts';
import { paintAction } from '../terminal/style.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented, pad, spread, textWidth, wrap } from '../terminal/text.ts';
import { whatToDo } from '../terminal/what-to-do.ts';

export interface PlanTextOptions {
  /** Columns of the terminal; brought into 80 to 200. */
  readonly width: number;
  /** Everything: whole diffs, tasks' names. */
  readonly verbose?: boolean;
  /** The last line alone. */
  readonly quiet?: boolean;
  /** How many of the inventory's compute nodes `--limit` chose. */
  readonly limited?: { readonly selected: number; readonly total: number };
  /** Whether the plan comes from a file: then it says of when it is. */
  readonly saved?: boolean;
  /** What was read of each host, told with `verbose`. */
  readonly reads?: readonly HostRead[];
}

/**
 * A plan for people, ends with a newline. The last line starts with `Plan: ` where there is anything to do, with
 * `No changes.` where not, and is made for scripts to find.
 */
export function formatPlan(plan: Plan, style: Style, options: PlanTextOptions): string {
  const summary = summarizePlan(plan);
  const last = lastLine(plan, summary, options.limited);
  if (options.quiet === true) return `${last}\n`;
  const width = Math.min(Math.max(options.width, 80), 200);
  const sections = [
    [header(plan, summary, style, options)],
    legend(summary, style),
    blockedLines(summary.blocked, style, width),
    checkLines(summary.findings, style, width),
    ...summary.stages.flatMap((stage) => stageLines(stage, style, width, options.verbose === true)),
    unreadLines(summary, style, width),
    options.verbose === true ? readLines(options.reads ?? [], style, width) : [],
    riskLines(summary, style, width),
    [paintLast(last, summary, style)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header(plan: Plan, { hosts }: PlanSummary, style: Style, options: PlanTextOptions): string {
  const limit = limitText(plan, options.limited);
  const parts = [
    visible(plan.inventory.file),
    count(hosts.length, 'host') + (limit === '' ? '' : `, ${limit}`),
    options.saved === true
      ? `(saved, made ${visible(plan.createdAt)})`
      : '(read only: nothing has been changed)',
  ];
  return `${style.bold('fastboot plan')}  ${parts.join('  ')}`;
}

function legend({ counts }: PlanSummary, style: Style): readonly string[] {
  const used = ACTIONS.filter((action) => counts[action] > 0);
  if (used.length === 0) return [];
  const entries = used.map(
    (action) => `${paintAction(style, action)(style.symbols.action[action])} ${action}`,
  );
  return [`  ${entries.join('   ')}`];
}

function blockedLines(blocked: readonly Obstacle[], style: Style, width: number): readonly string[] {
  if (blocked.length === 0) return [];
  return [
    style.bold('Blocked: never done, because it would endanger data'),
    ...blocked.flatMap((finding) => [
      ...indented(`${style.symbols.action.blocked} ${thingText(finding)}`, 2, width).map(style.red),
      ...indented(`on ${compressHosts(finding.hosts)}`, 6, width).map(style.bold),
      ...findingLines(finding, style, width),
    ]),
  ];
}

function checkLines(checks: readonly FindingGroup[], style: Style, width: number): readonly string[] {
  if (checks.length === 0) return [];
  const nameWidth = Math.max(...checks.map(({ label }) => textWidth(visible(label))));
  return [
    style.bold('Checks'),
    ...checks.flatMap((group) => {
      const symbol = severitySymbol(style, group.severity);
      const paint = group.severity === 'warning' ? style.yellow : style.dim;
      const [first = '', ...more] = wrap(compressHosts(group.hosts), width - nameWidth - 16);
      return [
        `  ${paint(`${symbol} ${pad(group.severity, 7)}`)}  ${pad(visible(group.label), nameWidth)}  ${style.bold(first)}`,
        ...more.map((line) => ' '.repeat(nameWidth + 15) + style.bold(line)),
        ...findingLines(group, style, width),
      ];
    }),
  ];
}

function severitySymbol({ symbols }: Style, severity: Finding['severity']): string {
  switch (severity) {
    case 'block':
    case 'warning':
      return symbols.warning;
    case 'unknown':
      return symbols.unknown;
    case 'notice':
      return symbols.notice;
  }
}

function findingLines(
  { reason, remedy, hosts, varies }: Obstacle,
  style: Style,
  width: number,
): readonly string[] {
  return [
    ...indented(visible(reason) + exampleText(hosts, varies), 6, width),
    ...(remedy === undefined ? [] : whatToDo(visible(remedy), 6, style, width)),
  ];
}

/** One section a group of hosts; then, in few lines, those that nothing is done on. */
function stageLines(
  { name, held, groups, blocked, unchanged }: StageSummary,
  style: Style,
  width: number,
  verbose: boolean,
): readonly (readonly string[])[] {
  const stage = visible(name);
  const idle = (hosts: readonly string[], text: string) =>
    hosts.length === 0 ? [] : hostsHead(stage, hosts, text, style, width);
  return [
    ...groups.map((group) => groupLines(stage, group, style, width, verbose)),
    [
      ...idle(blocked, 'blocked, see above: nothing is done here'),
      ...idle(unchanged, held ? 'not planned: what this needs is blocked' : 'no changes'),
    ],
  ];
}

function groupLines(
  stage: string,
  group: HostGroup,
  style: Style,
  width: number,
  verbose: boolean,
): readonly string[] {
  const head = hostsHead(stage, group.hosts, amountText(group), style, width);
  const lines = (changes: readonly ShownChange[]) => changeLines(changes, style, width, verbose);
  if (group.like === null) return [...head, ...lines(group.changes)];
  const { adds, lacks } = group.like;
  const missing = lacks.map((change) => `without ${thingText(change)}`);
  return [...head, ...lines(adds), ...missing.flatMap((line) => indented(line, 6, width))];
}

function hostsHead(
  stage: string,
  hosts: readonly string[],
  amount: string,
  style: Style,
  width: number,
): readonly string[] {
  const size = hosts.length > 1 ? `, ${count(hosts.length, 'host')}` : '';
  const names = compressHosts(hosts);
  const rest = spread(`  ${stage}${size}`, amount, Math.max(width - textWidth(names), 0));
  if (textWidth(names + rest) <= width) return [style.bold(names) + style.dim(rest)];
  const title = spread(`  ${stage}${size}`, amount, width);
  const titles = textWidth(title) <= width ? [title] : [`  ${stage}${size}`, ...indented(amount, 4, width)];
  return [...wrap(names, width).map(style.bold), ...titles.map(style.dim)];
}

function unreadLines({ unread }: PlanSummary, style: Style, width: number): readonly string[] {
  if (unread.length === 0) return [];
  return [
    style.bold('Not read: nothing is planned for these hosts, nothing is done on them'),
    ...unread.flatMap(({ reason, hosts }) => [
      ...indented(compressHosts(hosts), 2, width).map(style.red),
      ...indented(visible(reason), 6, width),
    ]),
  ];
}

/** What happens to what runs; also that nothing does. */
function riskLines(summary: PlanSummary, style: Style, width: number): readonly string[] {
  const { risks, riskCounts, changedHosts } = summary;
  if (changedHosts.length === 0) return [];
  const counts = RISKS.filter((risk) => riskCounts[risk] > 0).map((risk) => `${riskCounts[risk]} ${risk}`);
  return [
    `${style.bold('Risks')}  ${counts.join(', ')}`,
    ...risks.risks.flatMap((risk) => {
      const [first = '', ...more] = wrap(riskText(risk), width - 4);
      return [`  ${style.yellow(style.symbols.warning)} ${first}`, ...more.map((text) => `    ${text}`)];
    }),
    ...indented(vmText(risks), 4, width),
  ];
}

function paintLast(line: string, { counts, changedHosts }: PlanSummary, style: Style): string {
  if (changedHosts.length === 0) return style.bold(style.green(line));
  return counts.blocked > 0 ? style.bold(style.red(line)) : style.bold(line);
}
