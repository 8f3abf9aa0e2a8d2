import { linesOf } from '../formats/lines.ts';
import { exportedPath, exportWords } from '../formats/exports.ts';
import { bareLine, lineEnd } from '../formats/lines.ts';

/** Whether an exports file exports a folder to a client, just as it is written there (`*` for everyone). */
export function hasForeignExport(text: string, path: string, client: string): boolean {
  return entriesOf(text).some((entry) => namesClient(entry, path, client));
}

/**
 * The text of an exports file without a client of a folder: its entry is commented out below a remark, and written anew
 * without that client where it has others too.
 */
export function withoutForeignExport(text: string, path: string, client: string, remark: string): string {
  const end = lineEnd(text);
  return entriesOf(text)
    .map((entry) => {
      if (!namesClient(entry, path, client)) return entry.lines.join('');
      const others = entry.words.filter((word) => word.client !== client);
      const rest = others.some((word) => word.client !== null)
        ? [`${[entry.first, ...others.map(({ text: word }) => word)].join(' ')}${end}`]
        : [];
      const last = entry.lines.at(-1) ?? '';
      const ended =
        last.endsWith('\n') || rest.length === 0 ? entry.lines : [...entry.lines.slice(0, -1), last + end];
      return [`# ${remark}${end}`, ...ended.map((line) => `# ${line}`), ...rest].join('');
    })
    .join('');
}

/** One entry of exports(5), which a backslash at the end of a line continues on the next. */
interface Entry {
  readonly lines: readonly string[];
  /** The folder, as it is written and as it is meant. */
  readonly first: string;
  readonly path: string;
  readonly words: readonly Word[];
}

/** What comes after the folder: a client, or options for those that follow. */
interface Word {
  readonly text: string;
  readonly client: string | null;
}

function entriesOf(text: string): readonly Entry[] {
  const groups: string[][] = [];
  let open = false;
  for (const line of linesOf(text)) {
    if (open) groups.at(-1)?.push(line);
    else groups.push([line]);
    open = bareLine(line).endsWith('\\');
  }
  return groups.map(parseEntry);
}

function parseEntry(lines: readonly string[]): Entry {
  const joined = lines.map((line) => bareLine(line).replace(/\\$/, ' ')).join('');
  const [first = '', ...rest] = exportWords(joined.replace(/#.*/s, ''));
  const words = rest.map((word) => ({ text: word, client: word.startsWith('-') ? null : clientOf(word) }));
  return { lines, first, path: exportedPath(first), words };
}

/** `(rw)` without a client, and nothing at all, mean everyone. */
function clientOf(word: string): string {
  return word.replace(/\(.*$/, '') || '*';
}

function namesClient({ path, words }: Entry, wanted: string, client: string): boolean {
  if (path !== wanted) return false;
  const named = words.some((word) => word.client !== null);
  return named ? words.some((word) => word.client === client) : client === '*';
}
