/** Texts of files, and diagnostics at places in them. */
import type { Diagnostic } from '../diagnostic.ts';
import { MAX_SHOWN_LINE, maskYamlLines } from './mask-source-lines.ts';

/** The text of a file, with the places in it. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** The line and column of an offset, both from 1. Columns count characters. */
  position(offset: number): { readonly line: number; readonly column: number };
  /** The text of a line without its end. */
  line(number: number): string;
  /** A line as it may be shown, with secrets masked; undefined for a line that is too long to look through. */
  shownLine(number: number): string | undefined;
}

/** @param file the name for messages */
export function createSource(file: string, text: string): SourceText {
  let known: number[] | undefined;
  const starts = () => (known ??= lineStarts(text));
  const line = (number: number): string => {
    const from = starts()[number - 1];
    if (from === undefined) return '';
    return text.slice(from, starts()[number] ?? text.length).replace(/(?:\r\n|[\r\n])$/, '');
  };
  let shown: readonly string[] | undefined;
  return {
    file,
    text,
    line,
    shownLine(number) {
      if (line(number).length > MAX_SHOWN_LINE) return undefined;
      shown ??= maskYamlLines(starts().map((_, index) => line(index + 1)));
      return shown[number - 1];
    },
    position(offset) {
      const index = lastAtMost(starts(), offset);
      return { line: index + 1, column: countCharacters(text, starts()[index] ?? 0, offset) + 1 };
    },
  };
}

function countCharacters(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) count++;
  return count;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What a diagnostic says besides its place. Without a severity it is an error. */
export interface DiagnosticText {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly severity?: Diagnostic['severity'];
}

/** A diagnostic at an offset of a file, with its line. */
export function diagnose(source: SourceText, offset: number, finding: DiagnosticText): Diagnostic {
  const { line, column } = source.position(offset);
  const shown = source.shownLine(line);
  return {
    file: source.file,
    line,
    column,
    severity: finding.severity ?? 'error',
    message: finding.message,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    ...(shown === undefined ? {} : { source: shown }),
  };
}
