/** Shows the differences between two plans as text. */
import { groupBy } from '../../core/group-by.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented, screenWidth, textWidth, wrap } from '../terminal/text.ts';
import type { PlanComparison, PlanDifference, Side } from './comparison.ts';

export interface ComparisonTextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Shows all lines of files. */
  readonly verbose: boolean;
  /** Shows the last line only. */
  readonly quiet: boolean;
}

/** More lines of a file are cut, but never by one line only. */
const MAX_LINES_SHOWN = 6;
const SIDE_INDENT = 12;

/** The differences between two plans. Hosts with the same differences are one group. The last line has the counts. */
export function formatComparison(
  comparison: PlanComparison,
  style: Style,
  options: ComparisonTextOptions,
): string {
  const last = style.bold(lastLine(comparison));
  if (options.quiet) return `${last}\n`;
  const width = screenWidth(options.width);
  const sections = [
    headerLines(comparison, style, width),
    legend(comparison, style),
    sourceLines(comparison, style, width, options),
    ...hostGroups(comparison).map((group) => hostLines(group, style, width, options)),
    [last],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const TITLE = 'fastboot plan';

function headerLines({ then, now }: PlanComparison, style: Style, width: number): readonly string[] {
  const text = `${TITLE}  ${visible(now.inventory.file)}  compared with the plan of ${visible(then.createdAt)}`;
  const [first = '', ...more] = wrap(text, width);
  return [style.bold(TITLE) + first.slice(TITLE.length), ...more];
}

function legend({ differences }: PlanComparison, style: Style): readonly string[] {
  if (differences.length === 0) return [];
  return [`  ${style.green('+')} added   ${style.red('-')} removed   ${style.yellow('~')} changed`];
}

function sourceLines(
  { differences }: PlanComparison,
  style: Style,
  width: number,
  options: ComparisonTextOptions,
): readonly string[] {
  const sources = differences.filter(({ host }) => host === null);
  if (sources.length === 0) return [];
  return [
    style.bold('What the plans were made from'),
    ...sources.flatMap((each) => differenceLines(each, style, width, options)),
  ];
}

/** Hosts that have the same differences. */
interface HostGroup {
  readonly hosts: readonly string[];
  readonly differences: readonly PlanDifference[];
}

function hostGroups({ differences }: PlanComparison): readonly HostGroup[] {
  const perHost = groupBy(
    differences.filter(({ host }) => host !== null),
    ({ host }) => host ?? '',
  );
  const withoutHost = (own: readonly PlanDifference[]) =>
    JSON.stringify(own.map((each) => ({ ...each, host: null })));
  return groupBy(perHost, withoutHost).map((group) => ({
    hosts: group.map(([{ host }]) => host ?? ''),
    differences: group[0],
  }));
}

function hostLines(
  { hosts, differences }: HostGroup,
  style: Style,
  width: number,
  options: ComparisonTextOptions,
): readonly string[] {
  const size = hosts.length > 1 ? `  ${count(hosts.length, 'host')}` : '';
  const [first = '', ...more] = wrap(compressHosts(hosts), width - SIDE_INDENT);
  return [
    style.bold(first) + style.dim(size),
    ...more.map(style.bold),
    ...differences.flatMap((each) => differenceLines(each, style, width, options)),
  ];
}

function differenceLines(
  { kind, item, then, now }: PlanDifference,
  style: Style,
  width: number,
  { verbose }: ComparisonTextOptions,
): readonly string[] {
  // the lines of a change that is not planned any more are of little use
  const before = kind === 'removed' && !verbose && then !== null ? { ...then, lines: [] } : then;
  const [first = '', ...more] = wrap(visible(item), width - 6);
  return [
    `    ${kindSymbol(kind, style)} ${first}`,
    ...more.map((line) => `      ${line}`),
    ...sideLines('then', before, style, width, verbose),
    ...sideLines('now', now, style, width, verbose),
  ];
}

function kindSymbol(kind: PlanDifference['kind'], style: Style): string {
  switch (kind) {
    case 'added':
      return style.green('+');
    case 'removed':
      return style.red('-');
    case 'changed':
      return style.yellow('~');
  }
}

function sideLines(
  name: string,
  side: Side | null,
  style: Style,
  width: number,
  verbose: boolean,
): readonly string[] {
  if (side === null) return [];
  const margin = ' '.repeat(SIDE_INDENT);
  const [first = '', ...more] = wrap(visible(side.text), width - SIDE_INDENT);
  const isShort = verbose || side.lines.length <= MAX_LINES_SHOWN + 1;
  const shown = isShort ? side.lines : side.lines.slice(0, MAX_LINES_SHOWN);
  const rest = side.lines.length - shown.length;
  const paint = (line: string) => (line.startsWith('+') ? style.green(line) : style.red(line));
  return [
    `      ${style.dim(name.padEnd(4))}  ${first}`,
    ...more.map((line) => margin + line),
    ...shown.flatMap((line) =>
      textWidth(line) <= width - SIDE_INDENT
        ? [margin + paint(line)]
        : indented(line, SIDE_INDENT, width).map(paint),
    ),
    ...(rest > 0 ? [margin + style.dim(`(${rest} more lines; -v shows all)`)] : []),
  ];
}

/** `Compared: 3 added, 1 removed, 0 changed on 2 hosts, with the plan of …`: scripts may look for this line. */
function lastLine({ then, differences }: PlanComparison): string {
  const amount = (kind: PlanDifference['kind']) => differences.filter((each) => each.kind === kind).length;
  const hosts = new Set(differences.flatMap(({ host }) => (host === null ? [] : [host]))).size;
  const counts = `${amount('added')} added, ${amount('removed')} removed, ${amount('changed')} changed`;
  return `Compared: ${counts} on ${count(hosts, 'host')}, with the plan of ${visible(then.createdAt)}.`;
}
