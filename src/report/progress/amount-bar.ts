/** Shows how much of a step is done: a bar and its numbers. */
import { bar } from '../terminal/bar.ts';
import type { Style } from '../terminal/style.ts';
import { padLeft } from '../terminal/text.ts';
import type { Amount } from './progress.ts';

/** A bar and its numbers: `████░░░░  50 %`, `████░░░░  3/6 packages`, `████░░░░  1.0/2.0 MiB`. */
export function amountBar({ done, total, unit }: Amount, columns: number, style: Style): string {
  return `${bar(done / total, columns, style)}  ${numbers(done, total, unit)}`;
}

function numbers(done: number, total: number, unit: Amount['unit']): string {
  switch (unit) {
    case 'percent':
      return `${padLeft(String(Math.floor(done)), 3)} %`;
    case 'packages':
      return `${done}/${total} packages`;
    case 'bytes':
      return sizes(done, total);
  }
}

function sizes(done: number, total: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, total)) / 10));
  const number = (bytes: number) => (bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1);
  return `${number(done)}/${number(total)} ${units[power] ?? ''}`;
}
