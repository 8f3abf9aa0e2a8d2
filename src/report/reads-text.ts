import { groupBy } from './group.ts';
import { compressHosts } from './host-range.ts';
import type { Style } from './style.ts';
import { count, duration, indented } from './text.ts';

/** What was read of a host. */
export interface HostRead {
  readonly host: string;
  /** How many questions of each kind of fact it answered. */
  readonly answers: Readonly<Record<string, number>>;
  /** From the login to the last answer; undefined where that is not known. */
  readonly seconds: number | undefined;
}

/** For `-v`: what was asked of which hosts, and how long they took. */
export function readLines(reads: readonly HostRead[], style: Style, width: number): readonly string[] {
  if (reads.length === 0) return [];
  const groups = groupBy(reads, ({ answers }) => JSON.stringify(Object.entries(answers).sort()));
  return [
    style.bold('Read'),
    ...groups.flatMap((group) => {
      const [{ answers }] = group;
      const total = Object.values(answers).reduce((sum, number) => sum + number, 0);
      const kinds = Object.entries(answers)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .map(([name, number]) => `${number} ${name}`);
      return [
        ...indented(compressHosts(group.map(({ host }) => host)), 2, width).map(style.bold),
        ...indented(`${count(total, 'answer')}${secondsText(group)}: ${kinds.join(', ')}`, 6, width),
      ];
    }),
  ];
}

function secondsText(reads: readonly HostRead[]): string {
  const seconds = reads.flatMap((read) => (read.seconds === undefined ? [] : [read.seconds]));
  if (seconds.length === 0) return '';
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)].map(duration);
  return least === most ? ` in ${least ?? ''}` : ` in ${least ?? ''} to ${most ?? ''}`;
}
