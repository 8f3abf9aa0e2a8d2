/** Says why a saved plan is refused. */
import { groupBy } from '../../core/group-by.ts';
import type { Difference } from '../../plan/stale.ts';
import { visibleLines } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented } from '../terminal/text.ts';

const VALUE_INDENT = 10;

/** Why a saved plan is refused: each difference once, with all hosts that have it, and what to do. */
export function formatRefusal(
  createdAt: string,
  differences: readonly Difference[],
  style: Style,
  width: number,
): string {
  const changed = `${count(differences.length, 'difference')} since it was made at ${createdAt}`;
  const groups = groupBy(differences, (difference) => JSON.stringify({ ...difference, host: null }));
  return [
    style.red(`The plan is stale: ${changed}.`),
    ...groups.flatMap((group) => differenceLines(group, style, width)),
    'Nothing was touched on any host.',
    'What to do: make the plan again, read it, then apply it.',
  ].join('\n');
}

function differenceLines(
  group: readonly [Difference, ...Difference[]],
  style: Style,
  width: number,
): readonly string[] {
  const [{ item, then, now }] = group;
  const hosts = group.flatMap(({ host }) => host ?? []);
  const who = hosts.length === 0 ? '' : `${compressHosts(hosts)}: `;
  return [
    ...indented(visibleLines(`${who}${item}`).join(' '), 2, width).map(style.bold),
    ...valueLines('then', then, width),
    ...valueLines('now', now, width),
  ];
}

function valueLines(label: string, value: string, width: number): readonly string[] {
  const lines = visibleLines(value).flatMap((line) => indented(line, VALUE_INDENT, width));
  const [first = ' '.repeat(VALUE_INDENT), ...more] = lines;
  return [`    ${label.padEnd(VALUE_INDENT - 4)}${first.slice(VALUE_INDENT)}`, ...more];
}
