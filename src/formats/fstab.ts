/** fstab(5): reads its lines, and changes lines without touching the others. */
import { decodeOctal, encodeOctal } from './octal.ts';
import { linesOf } from './lines.ts';
import { appendLines, bareLine, lineEnd } from './lines.ts';

/** One line. The options are in the order in which they are written. */
export interface FstabEntry {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

interface FstabLine {
  readonly entry: FstabEntry;
  /** Index among the lines of the file. */
  readonly index: number;
  /** What follows the fields, such as a comment. */
  readonly rest: string;
}

/** All lines that mount something. They have three to six fields. */
export function fstabEntries(text: string): readonly FstabLine[] {
  return linesOf(text).flatMap((raw, index) => {
    const line = bareLine(raw).trim();
    if (line === '' || line.startsWith('#')) return [];
    const match = /^(\S+)\s+(\S+)\s+(\S+)(?:\s+([^\s#]\S*))?(?:\s+\d+)?(?:\s+\d+)?(.*)$/.exec(line);
    if (match === null) return [];
    const [, source = '', path = '', type = '', options = 'defaults', rest = ''] = match;
    const entry = {
      source: decodeOctal(source),
      path: decodeOctal(path),
      type,
      options: options.split(',').map(decodeOctal),
    };
    return [{ entry, index, rest }];
  });
}

/** The line as it is written into fstab. */
export function fstabLine({ source, path, type, options }: FstabEntry): string {
  const fields = [source, path, type, options.join(',') || 'defaults'];
  return `${fields.map((field) => encodeOctal(field).replaceAll('#', '\\043')).join(' ')} 0 0`;
}

/** Whether two entries mean the same; the order of options does not matter. */
export function sameEntry(a: FstabEntry, b: FstabEntry): boolean {
  const set = (options: readonly string[]) => [...new Set(options)].sort().join();
  return a.source === b.source && a.type === b.type && set(a.options) === set(b.options);
}

/**
 * The text with exactly one line for the entry's path. The first one that is there is corrected in its place, and the others
 * are removed; if there is none, a line is added at the end. A line that means the same already stays as it is written.
 *
 * @param names all spellings of the path, such as with symbolic links
 */
export function withEntry(text: string, entry: FstabEntry, names: readonly string[]): string {
  const own = fstabEntries(text).filter((line) => names.includes(line.entry.path));
  const first = own[0];
  if (first === undefined) return appendLines(text, [fstabLine(entry)]);
  if (own.length === 1 && sameEntry(first.entry, entry)) return text;
  const lines = linesOf(text);
  const old = lines[first.index] ?? '';
  const ending = old.endsWith('\n') ? lineEnd(old) : '';
  const corrected = sameEntry(first.entry, entry) ? old : fstabLine(entry) + first.rest + ending;
  return without(lines.with(first.index, corrected), own.slice(1));
}

/** The text without the lines for the path. */
export function withoutEntry(text: string, names: readonly string[]): string {
  return without(
    linesOf(text),
    fstabEntries(text).filter((line) => names.includes(line.entry.path)),
  );
}

function without(lines: readonly string[], gone: readonly FstabLine[]): string {
  return lines.filter((_, index) => !gone.some((line) => line.index === index)).join('');
}
