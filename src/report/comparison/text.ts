import { visible } from '../terminal/escape.ts';
import { groupBy } from '../../core/group-by.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { PlanComparison, PlanDifference, Side } from './compare.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented, textWidth, wrap } from '../terminal/text.ts';

export interface ComparisonTextOptions {
  readonly width: number;
  /** All lines of files. */
  readonly verbose: boolean;
  /** The last line alone. */
  readonly quiet: boolean;
}

const LINES = 6;

/** What differs between two plans, for people: hosts with the same differences together; one line of counts last. */
export function formatComparison(
  comparison: PlanComparison,
  style: Style,
  options: ComparisonTextOptions,
): string {
  const last = style.bold(lastLine(comparison));
  if (options.quiet) return `${last}\n`;
  const width = Math.min(Math.max(options.width, 80), 200);
  const { then, now, differences } = comparison;
  const head = `${style.bold('fastboot plan')}  ${visible(now.inventory.file)}  compared with the plan of ${visible(then.createdAt)}`;
  const legend = `  ${style.green('+')} new   ${style.red('-')} gone   ${style.yellow('~')} different`;
  const sources = differences.filter(({ host }) => host === null);
  const sections = [
    [head],
    ...(differences.length === 0 ? [] : [[legend]]),
    ...(sources.length === 0
      ? []
      : [
          [
            style.bold('What the plans were made from'),
            ...sources.flatMap((each) => entry(each, style, width, options)),
          ],
        ]),
    ...hostGroups(differences).map(({ hosts, own }) => [
      ...wrap(compressHosts(hosts), width - 12).map((line, index) =>
        index === 0 ? style.bold(line) + style.dim(sizeText(hosts)) : style.bold(line),
      ),
      ...own.flatMap((each) => entry(each, style, width, options)),
    ]),
    [last],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function sizeText(hosts: readonly string[]): string {
  return hosts.length > 1 ? `  ${count(hosts.length, 'host')}` : '';
}

/** Hosts whose differences read the same. */
function hostGroups(
  differences: readonly PlanDifference[],
): readonly { readonly hosts: readonly string[]; readonly own: readonly PlanDifference[] }[] {
  const perHost = groupBy(
    differences.filter(({ host }) => host !== null),
    ({ host }) => host ?? '',
  );
  const alike = (own: readonly PlanDifference[]) =>
    JSON.stringify(own.map((each) => ({ ...each, host: null })));
  return groupBy(perHost, alike).map((group) => ({
    hosts: group.map(([{ host }]) => host ?? ''),
    own: group[0],
  }));
}

function entry(
  { kind, item: thing, then, now }: PlanDifference,
  style: Style,
  width: number,
  { verbose }: ComparisonTextOptions,
): readonly string[] {
  // how a file would have become says little once that is no longer planned
  const before = kind === 'gone' && !verbose && then !== null ? { ...then, lines: [] } : then;
  const [symbol, paint] =
    kind === 'new' ? ['+', style.green] : kind === 'gone' ? ['-', style.red] : (['~', style.yellow] as const);
  const [first = '', ...more] = wrap(visible(thing), width - 6);
  return [
    `    ${paint(symbol)} ${first}`,
    ...more.map((line) => `      ${line}`),
    ...sideLines('then', before, style, width, verbose),
    ...sideLines('now', now, style, width, verbose),
  ];
}

function sideLines(
  name: string,
  side: Side | null,
  style: Style,
  width: number,
  verbose: boolean,
): readonly string[] {
  if (side === null) return [];
  const margin = 12;
  const [first = '', ...more] = wrap(visible(side.text), width - margin);
  const shown = verbose || side.lines.length <= LINES + 1 ? side.lines : side.lines.slice(0, LINES);
  const rest = side.lines.length - shown.length;
  const paint = (line: string) => (line.startsWith('+') ? style.green(line) : style.red(line));
  return [
    `      ${style.dim(name.padEnd(4))}  ${first}`,
    ...more.map((line) => ' '.repeat(margin) + line),
    ...shown.flatMap((line) =>
      textWidth(line) <= width - margin
        ? [' '.repeat(margin) + paint(line)]
        : indented(line, margin, width).map(paint),
    ),
    ...(rest > 0 ? [' '.repeat(margin) + style.dim(`(${rest} more lines; -v shows all)`)] : []),
  ];
}

/** `Compared: 3 new, 1 gone, 0 different on 2 hosts, with the plan of …`: made for scripts to find. */
function lastLine({ then, differences }: PlanComparison): string {
  const amount = (kind: PlanDifference['kind']) => differences.filter((each) => each.kind === kind).length;
  const hosts = new Set(differences.flatMap(({ host }) => (host === null ? [] : [host]))).size;
  const counts = `${amount('new')} new, ${amount('gone')} gone, ${amount('different')} different on ${count(hosts, 'host')}`;
  return `Compared: ${counts}, with the plan of ${visible(then.createdAt)}.`;
}
