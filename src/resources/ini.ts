import { linesOf } from './edit.ts';
import { appendLines, bareLine, lineEnd } from './lines.ts';

/** INI files as oslo.config reads them: a section may stand in several places, and the last value of an option counts. */

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
  const isIt = (line: IniLine) =>
    line.section === wanted.section && line.kind === 'option' && line.option === wanted.option;
  const last = lines.findLastIndex(isIt);
  if (last >= 0) {
    const next = last + 1;
    const found = lines.slice(next).findIndex((line) => line.kind !== 'continuation');
    const after = found < 0 ? lines.length : next + found;
    const value = [
      lines[last]?.value ?? '',
      ...lines.slice(next, after).map((line) => line.text.trim()),
    ].join('\n');
    return value === wanted.value.trim() ? text : splice(lines, last, after, own);
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
