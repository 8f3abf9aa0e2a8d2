/** How values get into shell text: quoted, and by nothing else than the functions of this file. */

/**
 * Quotes one word for a POSIX shell. Every value that reaches a remote shell passes here. Throws on NUL, which no
 * shell word can hold: callers validate their input before.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a shell word cannot hold NUL');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Quotes each word and joins them with blanks: the words of one command. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** One assignment a line, each with its newline. */
export function setVariables(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quote(value)}\n`)
    .join('');
}
