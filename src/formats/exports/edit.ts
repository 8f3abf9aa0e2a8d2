/** Edits of exports(5) files that others share: only the wanted entries change, all other text stays byte for byte. */
import { appendLines, lineEnd, linesOf } from '../lines.ts';
import { sameClient } from './client.ts';
import { parseExports, readExportLines, splitOptions } from './read.ts';
import type { ExportEntry, ExportLine } from './read.ts';
import { writeEntry, writePath } from './write.ts';

const HEADER = '# Managed by fastboot: "fastboot apply" adds and corrects lines, and never removes any.';

/**
 * The text with an entry for each client. An entry that is there gets the options in its place; the others are added at
 * the end, in the order of their names.
 *
 * @param options as one text with commas
 */
export function withExports(text: string, path: string, clients: readonly string[], options: string): string {
  const there = parseExports(text).filter((entry) => entry.path === path && isOneOf(clients, entry));
  const wrong = there.filter((entry) => !sameOptions(entry.options, splitOptions(options)));
  // a client cannot remove default options, so it gets its own line
  const bound = wrong.filter((entry) => !hasOnly(entry.options.slice(0, entry.defaults), options));
  let result = text;
  for (const { client, word } of wrong.filter((entry) => !bound.includes(entry)).toReversed())
    result = `${result.slice(0, word.from)}${writeEntry(client, options)}${result.slice(word.to)}`;
  result = withoutEntries(result, path, (client) => bound.some((entry) => entry.client === client));
  const kept = parseExports(result).filter((entry) => entry.path === path);
  const missing = clients.filter((client) => !kept.some((entry) => sameClient(client, entry.client)));
  if (missing.length === 0) return result;
  const added = [...new Set(missing)]
    .sort(byName)
    .map((client) => `${writePath(path)} ${writeEntry(client, options)}`);
  if (text === '') return appendLines('', [HEADER, ...added]);
  // a backslash at the end would continue the last line on the first one that is added
  return appendLines(result, /\\\n?$/.test(result) ? ['', ...added] : added);
}

/** Whether a text exports a folder to a client, just as it is written there; `*` for everyone. */
export function hasExport(text: string, path: string, client: string): boolean {
  return parseExports(text).some((entry) => entry.path === path && entry.client === client);
}

/**
 * The text without a client of a folder. Its line is commented out below a remark. Where the line has other clients
 * too, they get a line without that client below it.
 */
export function withExportCommentedOut(text: string, path: string, client: string, remark: string): string {
  const end = lineEnd(text);
  return editLines(
    text,
    path,
    (each) => each === client,
    (line, own) => {
      const rest = remainingLine(text, line, (each) => each === client);
      const rows = linesOf(own);
      const ended = rows.map((row, index) =>
        index === rows.length - 1 && rest !== null && !row.endsWith('\n') ? row + end : row,
      );
      return [`# ${remark}${end}`, ...ended.map((row) => `# ${row}`), rest === null ? '' : rest + end].join(
        '',
      );
    },
  );
}

function withoutEntries(text: string, path: string, isGone: (client: string) => boolean): string {
  return editLines(text, path, isGone, (line, own) => {
    const rest = remainingLine(text, line, isGone);
    return rest === null ? '' : rest + (own.endsWith('\n') ? lineEnd(text) : '');
  });
}

/** The text with each line replaced that exports the folder to such a client. */
function editLines(
  text: string,
  path: string,
  isMeant: (client: string) => boolean,
  replace: (line: ExportLine, own: string) => string,
): string {
  let result = text;
  for (const line of readExportLines(text).toReversed()) {
    if (!line.entries.some((entry) => entry.path === path && isMeant(entry.client))) continue;
    const edited = replace(line, text.slice(line.from, line.to));
    result = `${result.slice(0, line.from)}${edited}${result.slice(line.to)}`;
  }
  return result;
}

/**
 * A line without some clients; null where none is left. What stays is kept as it is written, if it still means the same.
 * It may not: defaults without a client after them are for everyone, and a second word of defaults right after a first
 * one is a client. Then the defaults are written out.
 */
function remainingLine(text: string, line: ExportLine, isGone: (client: string) => boolean): string | null {
  const kept = line.entries.filter(({ client }) => !isGone(client));
  if (kept.length === 0) return null;
  const gone = line.entries.filter(({ client }) => isGone(client)).map(({ word }) => word);
  const words = line.words.filter((word) => !gone.includes(word));
  const path = text.slice(line.path.from, line.path.to);
  const asWritten = [path, ...words.map(({ from, to }) => text.slice(from, to))].join(' ');
  if (meaning(parseExports(asWritten)) === meaning(kept)) return asWritten;
  return [path, ...kept.map(({ client, options }) => writeEntry(client, options.join(',')))].join(' ');
}

const meaning = (entries: readonly ExportEntry[]): string =>
  JSON.stringify(entries.map(({ path, client, options }) => [path, client, options]));

function isOneOf(clients: readonly string[], { client }: ExportEntry): boolean {
  return clients.some((each) => sameClient(each, client));
}

function sameOptions(a: readonly string[], b: readonly string[]): boolean {
  const set = (options: readonly string[]) => [...new Set(options)].sort().join();
  return set(a) === set(b);
}

function hasOnly(options: readonly string[], wanted: string): boolean {
  return options.every((option) => splitOptions(wanted).includes(option));
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
