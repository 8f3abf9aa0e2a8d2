/** One finding about a file that a person wrote. */
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
  /** The text of that line, secrets masked. */
  readonly source?: string;
}

const maxShown = 100;

/**
 * `FILE:LINE:COLUMN: message`, then the line with a mark below the column, then the hint. Pure text, no colour; control
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
  const from = column > maxShown - 20 ? column - 40 : 0;
  const shown = characters.slice(from, from + maxShown).join('');
  const prefix = from > 0 ? '…' : '';
  const suffix = from + maxShown < characters.length ? '…' : '';
  const gutter = ` ${line} | `;
  const caret = Math.min(Math.max(column - 1 - from, 0), maxShown) + prefix.length;
  return [`${gutter}${prefix}${shown}${suffix}`, `${' '.repeat(gutter.length - 2)}| ${' '.repeat(caret)}^`];
}

function printable(text: string): string {
  // one column for each character, so that the mark stays below its place
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => (c === '\t' ? ' ' : '?'));
}

/** By file in the given order, then line and column; of several errors at one place only the first stays. */
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
