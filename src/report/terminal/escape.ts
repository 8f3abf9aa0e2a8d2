/** Makes text from hosts safe for a terminal. */

/**
 * Writes out everything that a terminal would obey or that a person cannot see: control characters as `\x1b`, invisible and
 * direction-changing characters as `\u202e`, bytes that are not UTF-8 (lone surrogates, see `core/bytes.ts`) as `\xff`.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, writeOut);
}

/** The lines of a text, each made visible. Tabs become blanks up to the next tab stop, so that columns stay in place. */
export function visibleLines(text: string): readonly string[] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => visible(expandTabs(line)));
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function writeOut(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  let result = '';
  for (const part of line.split(/(\t)/)) {
    result += part === '\t' ? ' '.repeat(8 - (result.length % 8)) : part;
  }
  return result;
}
