/** The stages of a plan as text. */
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented, spread, textWidth, wrap } from '../terminal/text.ts';
import { changeLines } from './change-lines.ts';
import type { HostGroup, ShownChange } from './host-group.ts';
import type { StageSummary } from './summary.ts';
import { amountText, BLOCKED_HOSTS_TEXT, thingText, unchangedText } from './words.ts';

/** One section for each group of hosts, then a few lines for the hosts that nothing is done on. */
export function stageSections(
  { name, isBackendBlocked, groups, blocked, unchanged }: StageSummary,
  style: Style,
  width: number,
  verbose: boolean,
): readonly (readonly string[])[] {
  const stage = visible(name);
  const idle = (hosts: readonly string[], text: string) =>
    hosts.length === 0 ? [] : hostsHead(stage, hosts, text, style, width);
  return [
    ...groups.map((group) => groupLines(stage, group, style, width, verbose)),
    [...idle(blocked, BLOCKED_HOSTS_TEXT), ...idle(unchanged, unchangedText(isBackendBlocked))],
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
  const missing = lacks.flatMap((change) => indented(`without ${thingText(change)}`, 6, width));
  return [...head, ...lines(adds), ...missing];
}

/** The hosts, their stage, and what is done on them: in one line where it fits. */
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
