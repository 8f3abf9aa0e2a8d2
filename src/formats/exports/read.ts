/**
 * exports(5), read as exportfs(8) reads it: which folders an NFS server offers, and to whom. The server's table `etab`
 * has the same form.
 *
 * One difference: exportfs gives up a file at its first syntax error. This reader goes on with the next word, because
 * what follows is exported again as soon as somebody corrects the file.
 */
import { endOfLine, readWord, skip } from './words.ts';
import type { ExportWord } from './words.ts';

/** One client of one exported folder. */
export interface ExportEntry {
  /** The folder, without repeated slashes and without a slash at its end. Symbolic links in it are not followed. */
  readonly path: string;
  /** An address, a name, a network, a pattern or `@NETGROUP` as it is written; `*` for everyone. */
  readonly client: string;
  /** All options in force, in their order: the defaults that are before the client, then its own. */
  readonly options: readonly string[];
  /** How many of the options are defaults. */
  readonly defaults: number;
  /** The client with its options in the file. Where there is no client: the last defaults, or the folder. */
  readonly word: ExportWord;
}

/** One export of a file: a folder and its clients. It may cover several lines of text. */
export interface ExportLine {
  /** The number of its first line, from 1. */
  readonly number: number;
  /** Offsets in the file: of its first line, and of the first one after it. */
  readonly from: number;
  readonly to: number;
  readonly path: ExportWord;
  readonly words: readonly ExportWord[];
  readonly entries: readonly ExportEntry[];
}

/** An entry, and where it is. */
export interface LocatedExport extends ExportEntry {
  readonly file: string;
  readonly line: number;
}

/** A line of text of an exports file; `line` counts from 1, blank lines may be left out. */
export interface TextLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** All exports of a text that has the form of exports(5). */
export function parseExports(text: string): readonly ExportEntry[] {
  return readExportLines(text).flatMap((line) => line.entries);
}

/** The exports of several files, given line by line. */
export function parseExportFiles(lines: readonly TextLine[]): readonly LocatedExport[] {
  const files = [...new Set(lines.map(({ file }) => file))];
  return files.flatMap((file) => {
    const own = lines.filter((row) => row.file === file);
    const rows = own.flatMap((row, index) => {
      const before = own[index - 1]?.line ?? row.line;
      // a blank line ends what a backslash would continue
      return row.line > before + 1 ? [{ line: before + 1, text: '' }, row] : [row];
    });
    return readExportLines(rows.map((row) => `${row.text}\n`).join('')).flatMap(({ number, entries }) =>
      entries.map((entry) => ({ ...entry, file, line: rows[number - 1]?.line ?? number })),
    );
  });
}

/** The folders of a text with their clients, in the order of the text. */
export function readExportLines(text: string): readonly ExportLine[] {
  const lines: ExportLine[] = [];
  let number = 1;
  let counted = 0;
  for (let at = skip(text, 0, ' \t\n'); at < text.length; at = skip(text, at, ' \t\n')) {
    const { word: path, next } = readWord(text, at);
    at = next;
    if (path.text === '') continue;
    const words: ExportWord[] = [];
    for (;;) {
      const read = readWord(text, skip(text, at, ' \t'));
      at = read.next;
      if (read.word.text === '') break;
      words.push(read.word);
    }
    number += text.slice(counted, path.from).split('\n').length - 1;
    counted = path.from;
    lines.push({ number, ...extentOf(text, path, words), path, words, entries: entriesOf(path, words) });
  }
  return lines;
}

/** Whole lines of text; blanks before the folder belong to it. */
function extentOf(
  text: string,
  path: ExportWord,
  words: readonly ExportWord[],
): Pick<ExportLine, 'from' | 'to'> {
  const start = text.lastIndexOf('\n', path.from) + 1;
  const isIndented = text.slice(start, path.from).trim() === '';
  return {
    from: isIndented ? start : path.from,
    to: Math.min(text.length, endOfLine(text, (words.at(-1) ?? path).to) + 1),
  };
}

/**
 * The clients of one folder. A word that begins with `-` holds defaults for all clients after it; the word right after
 * such a one is always a client. A folder without a client, and defaults without one after them, are for everyone.
 */
function entriesOf(path: ExportWord, words: readonly ExportWord[]): readonly ExportEntry[] {
  const entries: ExportEntry[] = [];
  let defaults: readonly string[] = [];
  let lastDefaults: ExportWord | undefined;
  const add = (word: ExportWord, client: string, own: readonly string[]): void => {
    entries.push({
      path: cleanPath(path.text),
      client: client === '' ? '*' : client,
      options: [...defaults, ...own],
      defaults: defaults.length,
      word,
    });
  };
  for (const word of words) {
    if (word.text.startsWith('-') && lastDefaults === undefined) {
      defaults = [...defaults, ...splitOptions(word.text.slice(1))];
      lastDefaults = word;
      continue;
    }
    lastDefaults = undefined;
    const [, client = '', options = ''] = /^([^(]*)\(?([^)]*)/s.exec(word.text) ?? [];
    add(word, client, splitOptions(options));
  }
  if (entries.length === 0 || lastDefaults !== undefined) add(lastDefaults ?? path, '*', []);
  return entries;
}

/** A list of options with commas; blank ones do not count. */
export function splitOptions(options: string): readonly string[] {
  return options.split(',').filter((option) => option !== '');
}

function cleanPath(path: string): string {
  return path.replace(/\/(\.?\/)+/g, '/').replace(/(.)\/\.?$/, '$1');
}
