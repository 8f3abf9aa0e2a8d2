/** One thing to say about a file that a person wrote. */
export interface Diagnostic {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  readonly severity: 'error' | 'warning' | 'notice';
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The text of that line, with secrets masked. */
  readonly source?: string;
}

/** Characters of a line that are shown. */
const MAX_WIDTH = 100;

/** Characters that are shown before the place, where the line does not begin with it. */
const LEAD = 40;

/**
 * A diagnostic as text: `FILE:LINE:COLUMN: message`, then the line with a mark below the column, then the hint. Control
 * characters of the file never reach the terminal.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, message, hint, source } = diagnostic;
  const label = severity === 'error' ? '' : `${severity}: `;
  const text = [`${file}:${line}:${column}: ${label}${printable(message)}`];
  if (source !== undefined && source.trim() !== '') text.push(...excerpt(source, line, column));
  if (hint !== undefined) text.push(`  hint: ${printable(hint)}`);
  return text.join('\n');
}

function excerpt(source: string, line: number, column: number): string[] {
  const characters = Array.from(printable(source));
  const from = column > MAX_WIDTH - 20 ? column - LEAD : 0;
  const shown = characters.slice(from, from + MAX_WIDTH).join('');
  const prefix = from > 0 ? '…' : '';
  const suffix = from + MAX_WIDTH < characters.length ? '…' : '';
  const gutter = ` ${line} | `;
  const caret = Math.min(Math.max(column - 1 - from, 0), MAX_WIDTH) + prefix.length;
  return [`${gutter}${prefix}${shown}${suffix}`, `${' '.repeat(gutter.length - 2)}| ${' '.repeat(caret)}^`];
}

function printable(text: string): string {
  // each character becomes just one column, so that the mark stays below its place
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => (c === '\t' ? ' ' : '?'));
}

/** Sorts by file in the given order, then by line and column. Of several errors at one place only the first one stays. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const order = new Map(files.map((file, index) => [file, index]));
  const rank = (diagnostic: Diagnostic) => order.get(diagnostic.file) ?? files.length;
  const seen = new Set<string>();
  return diagnostics
    .filter((diagnostic) => {
      const key = `${diagnostic.severity} ${diagnostic.line}:${diagnostic.column} ${diagnostic.file}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}
