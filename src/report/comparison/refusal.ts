import type { Difference } from '../../plan/stale.ts';
import { visibleLines } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented } from '../terminal/text.ts';

/** Why a saved plan is not carried out: each difference once, with all hosts that have it. */
export function formatRefusal(
  createdAt: string,
  differences: readonly Difference[],
  style: Style,
  width: number,
): string {
  const things = count(differences.length, 'thing');
  return [
    style.red(`The plan is stale: ${things} changed since it was made at ${createdAt}.`),
    ...groupByHosts(differences).flatMap(({ hosts, difference }) =>
      differenceLines(hosts, difference, style, width),
    ),
    'Nothing was touched on any host. Make the plan again and read it before you apply it.',
  ].join('\n');
}

interface Group {
  readonly hosts: string[];
  readonly difference: Difference;
}

function groupByHosts(differences: readonly Difference[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const difference of differences) {
    const { host, ...what } = difference;
    const key = JSON.stringify(what);
    const group = groups.get(key) ?? { hosts: [], difference };
    if (host !== null) group.hosts.push(host);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function differenceLines(
  hosts: readonly string[],
  { item: thing, then, now }: Difference,
  style: Style,
  width: number,
): readonly string[] {
  const who = hosts.length === 0 ? '' : `${compressHosts(hosts)}: `;
  return [
    ...indented(visibleLines(`${who}${thing}`).join(' '), 2, width).map(style.bold),
    ...valueLines('then', then, width),
    ...valueLines('now', now, width),
  ];
}

function valueLines(label: string, value: string, width: number): readonly string[] {
  const margin = 10;
  const lines = visibleLines(value).flatMap((line) => indented(line, margin, width));
  const [first = ' '.repeat(margin), ...more] = lines;
  return [`    ${label.padEnd(margin - 4)}${first.slice(margin)}`, ...more];
}
