/** Helpers for edits of text files by lines; all keep the file's own line ends. */

/** `\r\n` where the file's first line ends so. */
export function lineEnd(text: string): string {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
}

/** A line without its newline. */
export function bareLine(line: string): string {
  return line.replace(/\r?\n$/, '');
}

/** A text with lines added at its end, its own last line ended first where it lacks that. */
export function appendLines(text: string, added: readonly string[]): string {
  const end = lineEnd(text);
  const joint = text === '' || text.endsWith('\n') ? '' : end;
  return text + joint + added.map((line) => line + end).join('');
}

/** The lines of a text, each with its newline; the last one may lack it. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
