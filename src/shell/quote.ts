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

/** Template tag for sh text: every inserted value is quoted; an inserted list becomes its quoted words. */
export function sh(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | readonly string[])[]
): string {
  return strings.reduce((text, part, index) => {
    const value = values[index - 1];
    if (value === undefined) return text + part;
    return (
      text +
      (typeof value === 'string'
        ? quote(value)
        : typeof value === 'number'
          ? String(value)
          : quoteAll(value)) +
      part
    );
  });
}
