/** INI files as oslo.config reads them: a section may be in several places, and the last value of an option counts. */
import { linesOf } from './lines.ts';
import { appendLines, bareLine, lineEnd } from './lines.ts';

export interface IniOption {
  readonly section: string;
  readonly option: string;
  readonly value: string;
}

interface IniLine {
  readonly text: string;
  readonly section: string | undefined;
  readonly kind: 'section' | 'option' | 'continuation' | 'other';
  readonly option?: string;
  readonly value?: string;
}

/**
 * The text with the option set. The last line that sets it is changed; else the first one in its section that sets it
 * as a comment is put into force, as Ansible's `ini_file` does; else a line is added at the end of the section's own
 * lines, or with its section at the end of the file. Nothing changes where the option has that value already.
 */
export function withIniOption(text: string, wanted: IniOption): string {
  const lines = parseLines(text);
  const own = `${wanted.option} = ${wanted.value}`;
  const last = findOption(lines, wanted);
  if (last !== undefined) {
    const value = [
      lines[last.from]?.value ?? '',
      ...lines.slice(last.from + 1, last.to).map((line) => line.text.trim()),
    ].join('\n');
    return value === wanted.value.trim() ? text : splice(lines, last.from, last.to, own);
  }
  const comment = lines.findIndex(
    (line, index) =>
      line.section === wanted.section &&
      isCommentedOut(line, wanted.option) &&
      // an indented line below would become part of the value
      !INDENTED.test(lines[index + 1]?.text ?? ''),
  );
  if (comment >= 0) return splice(lines, comment, comment + 1, own);
  const end = lines.findLastIndex(
    (line) => line.section === wanted.section && bareLine(line.text).trim() !== '',
  );
  if (end < 0) return appendLines(text, [`[${wanted.section}]`, own]);
  return end === lines.length - 1 ? appendLines(text, [own]) : splice(lines, end + 1, end + 1, own);
}

/**
 * The text with the option's line as it is in `original`, where it has just the given value: another one was set by
 * somebody else since, and stays. What the original does not have goes, with its section where that holds nothing else.
 */
export function withOriginalOption(text: string, original: string, wanted: IniOption): string {
  if (withIniOption(text, wanted) !== text) return text;
  const lines = parseLines(text);
  const own = findOption(lines, wanted);
  if (own === undefined) return text;
  const before = parseLines(original);
  const old = findOption(before, wanted);
  const comment = before.find(
    (line) => line.section === wanted.section && isCommentedOut(line, wanted.option),
  );
  const put = old === undefined ? [comment].flatMap((line) => line ?? []) : before.slice(old.from, old.to);
  const left = [...lines.slice(0, own.from), ...put, ...lines.slice(own.to)];
  const isNew = !before.some(({ section }) => section === wanted.section);
  const members = left.filter(({ section }) => section === wanted.section);
  const kept = isNew && members.length === 1 ? left.filter((line) => !members.includes(line)) : left;
  return kept.map((line) => line.text).join('');
}

/** Where the line that counts is, with those that continue it. */
function findOption(
  lines: readonly IniLine[],
  { section, option }: IniOption,
): { readonly from: number; readonly to: number } | undefined {
  const from = lines.findLastIndex(
    (line) => line.section === section && line.kind === 'option' && line.option === option,
  );
  if (from < 0) return undefined;
  const found = lines.slice(from + 1).findIndex((line) => line.kind !== 'continuation');
  return { from, to: found < 0 ? lines.length : from + 1 + found };
}

const INDENTED = /^[ \t]+\S/;

function parseLines(text: string): readonly IniLine[] {
  let section: string | undefined;
  let open = false;
  return linesOf(text).map((raw) => {
    const line = bareLine(raw);
    const header = /^\[([^\]]*)\]/.exec(line);
    if (header !== null) section = header[1] ?? '';
    const continues = open && INDENTED.test(line);
    const option = header === null && !continues ? /^([^\s#;[][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) : null;
    open = continues || option !== null;
    const kind =
      header !== null ? 'section' : continues ? 'continuation' : option !== null ? 'option' : 'other';
    return {
      text: raw,
      section,
      kind,
      ...(option === null ? {} : { option: option[1] ?? '', value: option[2] ?? '' }),
    };
  });
}

function isCommentedOut(line: IniLine, option: string): boolean {
  const match = /^[#;][ \t]*([^\s=:]+)[ \t]*[=:]/.exec(line.text);
  return line.kind === 'other' && match?.[1] === option;
}

function splice(lines: readonly IniLine[], from: number, to: number, wanted: string): string {
  const all = lines.map((line) => line.text);
  const replaced = all[to - 1];
  const end = to > from && replaced !== undefined && !replaced.endsWith('\n') ? '' : lineEnd(all.join(''));
  return [...all.slice(0, from), wanted + end, ...all.slice(to)].join('');
}
