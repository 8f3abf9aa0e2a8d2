import type { Check, Plan } from '../plan/plan.ts';
import type { Action } from '../resources/resource.ts';
import { visible } from './escape.ts';
import { compressHosts } from './host-range.ts';
import { changeLines } from './plan-change.ts';
import { planRisks } from './plan-risks.ts';
import type { Risk, RiskSummary } from './plan-risks.ts';
import { summarizePlan } from './plan-summary.ts';
import type { CheckGroup, HostGroup, PlanSummary, StageSummary } from './plan-summary.ts';
import { paintAction } from './style.ts';
import type { Style } from './style.ts';
import { count, indented, pad, spread, textWidth, wrap } from './text.ts';
import { wayOut } from './way-out.ts';

export interface PlanTextOptions {
  /** Columns of the terminal; brought into 80 to 200. */
  readonly width: number;
  /** Everything: whole diffs, tasks' names. */
  readonly verbose?: boolean;
  /** The last line alone. */
  readonly quiet?: boolean;
  /** How many of the inventory's compute nodes `--limit` chose. */
  readonly limited?: { readonly selected: number; readonly total: number };
}

/**
 * A plan for people, ends with a newline. The last line starts with `Plan: ` where there is anything to do, with
 * `No changes.` where not, and is made for scripts to find.
 */
export function formatPlan(plan: Plan, style: Style, options: PlanTextOptions): string {
  const summary = summarizePlan(plan);
  const last = lastLine(plan, summary, options);
  if (options.quiet === true) return `${last}\n`;
  const width = Math.min(Math.max(options.width, 80), 200);
  const sections = [
    [header(plan, summary, style, options)],
    legend(summary, style),
    checkLines(summary.checks, style, width),
    blockedLines(summary, style, width),
    ...summary.stages.flatMap((stage) => stageLines(stage, style, width, options.verbose === true)),
    unreadLines(summary, style, width),
    riskLines(planRisks(plan), style, width),
    [paintLast(last, summary, style)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header(plan: Plan, { hosts }: PlanSummary, style: Style, options: PlanTextOptions): string {
  const limit = limitText(plan, options);
  const parts = [
    visible(plan.inventory.file),
    count(hosts.length, 'host') + (limit === '' ? '' : `, ${limit}`),
    '(read only: nothing has been changed)',
  ];
  return `${style.bold('fastboot plan')}  ${parts.join('  ')}`;
}

function limitText(plan: Plan, { limited }: PlanTextOptions): string {
  if (limited) return `limited to ${limited.selected} of ${limited.total}`;
  return plan.limit === null ? '' : `limited to ${visible(plan.limit)}`;
}

const ACTION_ORDER: readonly Action[] = [
  'create',
  'update',
  'replace',
  'delete',
  'run',
  'deferred',
  'blocked',
];

function legend({ counts }: PlanSummary, style: Style): string[] {
  const used = ACTION_ORDER.filter((action) => counts[action] > 0);
  if (used.length === 0) return [];
  const entry = (action: Action) => `${paintAction(style, action)(style.symbols.action[action])} ${action}`;
  return [`  ${used.map(entry).join('   ')}`];
}

function checkLines(checks: readonly CheckGroup[], style: Style, width: number): string[] {
  if (checks.length === 0) return [];
  const nameWidth = Math.max(...checks.map(({ check }) => check.length));
  return [
    style.bold('Checks'),
    ...checks.flatMap((group) => {
      const symbol = severitySymbol(style, group.severity);
      const head = `${symbol} ${pad(group.severity, 7)}  `;
      const paint =
        group.severity === 'block' ? style.red : group.severity === 'warning' ? style.yellow : style.dim;
      const [first = '', ...more] = wrap(compressHosts(group.hosts), width - nameWidth - 16);
      const example = group.varies ? ` (${group.hosts[0] ?? ''}; others differ in the numbers)` : '';
      return [
        `  ${paint(head)}${pad(visible(group.check), nameWidth)}  ${style.bold(first)}`,
        ...more.map((line) => ' '.repeat(nameWidth + 14) + style.bold(line)),
        ...indented(visible(group.finding) + example, 6, width),
        ...wayOut(visible(group.remedy), 6, style, width),
      ];
    }),
  ];
}

function severitySymbol({ symbols }: Style, severity: Check['severity']): string {
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

function blockedLines({ blocked }: PlanSummary, style: Style, width: number): string[] {
  // a check that blocks has been told among the checks
  const things = blocked.filter(({ type }) => type !== 'check');
  if (things.length === 0) return [];
  return [
    style.bold('Blocked: never done, because it would endanger data'),
    ...things.flatMap(({ type, label, hosts, reason, remedy }) => {
      const thing = `${type} ${visible(label)}`;
      return [
        `  ${style.red(`! ${thing}`)}`,
        ...indented(`on ${compressHosts(hosts)}`, 6, width).map(style.bold),
        ...indented(visible(reason), 6, width),
        ...(remedy === undefined ? [] : wayOut(visible(remedy), 6, style, width)),
      ];
    }),
  ];
}

/** One section a group of hosts; hosts without changes share one line at the end. */
function stageLines(
  { name, held, groups }: StageSummary,
  style: Style,
  width: number,
  verbose: boolean,
): string[][] {
  const ordered = [...groups].sort((a, b) => Number(a.changes.length === 0) - Number(b.changes.length === 0));
  return ordered.map((group) => [
    ...groupHead(visible(name), group, held, style, width),
    ...(isBlockedOnly(group) ? [] : changeLines(group.changes, style, width, verbose)),
  ]);
}

function groupHead(
  stage: string,
  { hosts, changes }: HostGroup,
  held: boolean,
  style: Style,
  width: number,
): readonly string[] {
  const size = hosts.length > 1 ? `, ${count(hosts.length, 'host')}` : '';
  const amount = amountText({ hosts, changes }, held);
  const names = compressHosts(hosts);
  const rest = spread(`  ${stage}${size}`, amount, Math.max(width - textWidth(names), 0));
  if (textWidth(names + rest) <= width) return [style.bold(names) + style.dim(rest)];
  return [style.dim(spread(`${stage}${size}`, amount, width)), ...indented(names, 2, width).map(style.bold)];
}

/** A blocked change stops all of its host. */
function isBlockedOnly({ changes }: HostGroup): boolean {
  return changes.some(({ action }) => action === 'blocked');
}

function amountText(group: HostGroup, held: boolean): string {
  const { hosts, changes } = group;
  if (isBlockedOnly(group)) return 'blocked, see above: nothing is done here';
  if (held) return 'not planned: what this needs is blocked';
  if (changes.length === 0) return 'no changes';
  return count(changes.length, 'change') + (hosts.length > 1 ? ' each' : '');
}

function unreadLines({ unread }: PlanSummary, style: Style, width: number): string[] {
  if (unread.length === 0) return [];
  return [
    style.bold('Not read: nothing is planned for these hosts, nothing is done on them'),
    ...unread.flatMap(({ reason, hosts }) => [
      ...indented(compressHosts(hosts), 2, width).map(style.red),
      ...indented(visible(reason), 6, width),
    ]),
  ];
}

function riskLines({ risks, vms, commands }: RiskSummary, style: Style, width: number): string[] {
  if (risks.length === 0) return [];
  const lines = risks.map(riskText);
  const said = vmText(vms, commands);
  return [
    style.bold('Risks'),
    ...lines.flatMap((line) => {
      const [first = '', ...more] = wrap(line, width - 4);
      return [`  ${style.yellow('!')} ${first}`, ...more.map((text) => `    ${text}`)];
    }),
    ...indented(said, 4, width).filter((line) => line.trim() !== ''),
  ];
}

function riskText({ kind, what, hosts }: Risk): string {
  const name = visible(what);
  const where = `on ${compressHosts(hosts)}`;
  switch (kind) {
    case 'restart':
      return `restarts ${name} ${where}`;
    case 'stop':
      return `stops ${name} ${where} if it is active, and starts it again: a VM that is being built there fails`;
    case 'io':
      return `${name} ${where}`;
    case 'delete':
      return `deletes ${name} ${where}`;
  }
}

function vmText(vms: RiskSummary['vms'], commands: readonly string[]): string {
  switch (vms) {
    case 'untouched':
      return 'No VM is touched: those that run go on running.';
    case 'unless-commands':
      return `No VM is touched, unless a command of the playbook does: ${commands.map(visible).join('; ')}.`;
    case 'unsaid':
      return '';
  }
}

function lastLine(plan: Plan, summary: PlanSummary, options: PlanTextOptions): string {
  const { counts, hosts, changedHosts } = summary;
  const unread = plan.unread.length;
  const limit = limitText(plan, options);
  const tail = `${unread} unreachable${limit === '' ? '' : `; ${limit}`}`;
  if (changedHosts.length === 0) {
    const compared = `${hosts.length - unread} of ${count(hosts.length, 'host')}`;
    const wanted = `${visible(plan.inventory.file)} and ${visible(plan.playbook.file)}`;
    return `No changes. Compared ${compared} with ${wanted}; ${tail}.`;
  }
  const { create, update, replace, delete: remove, run, deferred, blocked } = counts;
  return (
    `Plan: ${create} to create, ${update} to update, ${replace} to replace, ${remove} to delete, ${run} to run; ` +
    `${deferred} deferred, ${blocked} blocked on ${changedHosts.length} of ${count(hosts.length, 'host')}; ${tail}.`
  );
}

function paintLast(line: string, { counts, changedHosts }: PlanSummary, style: Style): string {
  if (changedHosts.length === 0) return style.bold(style.green(line));
  return counts.blocked > 0 ? style.bold(style.red(line)) : style.bold(line);
}
