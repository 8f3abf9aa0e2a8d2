/** A plan as text for a terminal. */
import type { Plan } from '../../plan/plan.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import { paintAction } from '../terminal/style.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented, screenWidth, wrap } from '../terminal/text.ts';
import { blockedLines, findingLines } from './obstacle-lines.ts';
import { readLines } from './facts-read-text.ts';
import type { HostRead } from './facts-read-text.ts';
import { stageSections } from './stage-lines.ts';
import { summarizePlan } from './summary.ts';
import type { PlanSummary } from './summary.ts';
import { ACTIONS, lastLine, limitText, RISKS, riskText, UNREAD_TITLE, vmText } from './words.ts';

export interface PlanTextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Shows everything: whole diffs, and the names of tasks. */
  readonly verbose?: boolean;
  /** Shows the last line only. */
  readonly quiet?: boolean;
  /** How many of the compute nodes `--limit` chose. */
  readonly limited?: { readonly selected: number; readonly total: number };
  /** Whether the plan comes from a file: then its time is shown. */
  readonly saved?: boolean;
  /** What was read of each host; shown with `verbose`. */
  readonly reads?: readonly HostRead[];
}

/**
 * The text of a plan, ending with a newline. Scripts may look for the last line: it starts with `Plan: ` where there are
 * changes, and with `No changes.` where there are none.
 */
export function formatPlan(plan: Plan, style: Style, options: PlanTextOptions): string {
  const summary = summarizePlan(plan);
  const last = lastLine(plan, summary, options.limited);
  if (options.quiet === true) return `${last}\n`;
  const width = screenWidth(options.width);
  const verbose = options.verbose === true;
  const sections = [
    headerLines(plan, summary, style, { ...options, width }),
    legend(summary, style),
    blockedLines(summary.blocked, style, width),
    findingLines(summary.findings, style, width),
    ...summary.stages.flatMap((stage) => stageSections(stage, style, width, verbose)),
    unreadLines(summary, style, width),
    verbose ? readLines(options.reads ?? [], style, width) : [],
    riskLines(summary, style, width),
    [paintLast(last, summary, style)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const TITLE = 'fastboot plan';

function headerLines(
  plan: Plan,
  { hosts }: PlanSummary,
  style: Style,
  options: PlanTextOptions,
): readonly string[] {
  const limit = limitText(plan, options.limited);
  const parts = [
    TITLE,
    visible(plan.inventory.file),
    count(hosts.length, 'host') + (limit === '' ? '' : `, ${limit}`),
    options.saved === true
      ? `(saved, made ${visible(plan.createdAt)})`
      : '(read only: nothing has been changed)',
  ];
  const [first = '', ...more] = wrap(parts.join('  '), options.width);
  return [style.bold(TITLE) + first.slice(TITLE.length), ...more];
}

/** The symbols of the actions that the plan has. */
function legend({ counts }: PlanSummary, style: Style): readonly string[] {
  const used = ACTIONS.filter((action) => counts[action] > 0);
  if (used.length === 0) return [];
  const entries = used.map(
    (action) => `${paintAction(style, action)(style.symbols.action[action])} ${action}`,
  );
  return [`  ${entries.join('   ')}`];
}

function unreadLines({ unread }: PlanSummary, style: Style, width: number): readonly string[] {
  if (unread.length === 0) return [];
  return [
    style.bold(UNREAD_TITLE),
    ...unread.flatMap(({ reason, hosts }) => [
      ...indented(compressHosts(hosts), 2, width).map(style.red),
      ...indented(visible(reason), 6, width),
    ]),
  ];
}

/** What happens to services, mounts and VMs that run; also where nothing happens to them. */
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
