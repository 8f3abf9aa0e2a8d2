/** What was read of the hosts, as text for `-v`. */
import { groupBy } from '../../core/group-by.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented } from '../terminal/text.ts';

export interface HostRead {
  readonly host: string;
  /** How many answers it gave, by the name of the fact. */
  readonly answers: Readonly<Record<string, number>>;
  /** On compute nodes: sentences about the software that runs there. */
  readonly software?: readonly string[];
}

/** Hosts that gave the same answers are one group. */
export function readLines(reads: readonly HostRead[], style: Style, width: number): readonly string[] {
  if (reads.length === 0) return [];
  const groups = groupBy(reads, ({ answers, software }) =>
    JSON.stringify([Object.entries(answers).sort(), software]),
  );
  return [
    style.bold('Read'),
    ...groups.flatMap((group) => {
      const [{ answers, software = [] }] = group;
      const total = Object.values(answers).reduce((sum, number) => sum + number, 0);
      const kinds = Object.entries(answers)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .map(([name, number]) => `${number} ${name}`);
      return [
        ...indented(compressHosts(group.map(({ host }) => host)), 2, width).map(style.bold),
        ...indented(`${count(total, 'answer')}: ${kinds.join(', ')}`, 6, width),
        ...software.flatMap((line) => indented(line, 6, width)),
      ];
    }),
  ];
}
