/** Finds where the value of a secret ends in its line. Where that is not clear, the value ends later rather than earlier. */
import type { SecretPlace } from './secret-names.ts';

/** Where a value ends in its line. */
export interface ValueEnd {
  readonly end: number;
  /** What is still open at the end of the line: the quote, or `bracket`. */
  readonly open?: string;
}

/**
 * The end of the value that begins at a place.
 *
 * @param whole whether the line is this one assignment, so that the value goes to its end
 */
export function endOfValue(line: string, { start, value: from }: SecretPlace, whole: boolean): ValueEnd {
  const rest = line.slice(from);
  const quote = /^[bfru]{0,2}(\\*["'`])/.exec(rest);
  const ended = quote === null ? undefined : closingQuote(line, from + quote[0].length, quote[1] ?? '');
  const open = quote !== null && ended === undefined ? { open: quote[1] ?? '' } : {};
  if (whole) return { end: line.trimEnd().length > from ? line.trimEnd().length : from, ...open };
  if (quote !== null)
    return ended === undefined ? { end: line.length, ...open } : { end: wordEnd(line, ended) };
  if (/^[[{]/.test(rest)) {
    const end = closingBracket(line, from);
    return end === undefined ? { end: line.length, open: 'bracket' } : { end };
  }
  // 'Authorization: Basic x y' as one quoted argument
  const outer = /(\\*["'`])$/.exec(line.slice(Math.max(0, start - 8), start))?.[1];
  const isNameQuoted = outer !== undefined && line.slice(start, from).includes(outer);
  if (outer !== undefined && !isNameQuoted)
    return { end: (closingQuote(line, from, outer) ?? line.length + outer.length) - outer.length };
  const scheme = /^(?:Basic|Bearer|Digest|Token)\s+(?=\S)/i.exec(rest)?.[0].length ?? 0;
  // in `{ user: x, password: two words }` the value ends at the comma
  const brace = line.indexOf('{');
  if (brace >= 0 && brace < start && /:\s+$/.test(line.slice(start, from)))
    return { end: from + (/^[^,}\]]*/.exec(rest)?.[0].trimEnd().length ?? 0) };
  return { end: wordEnd(line, from + scheme) };
}

function wordEnd(line: string, from: number): number {
  return from + (/^[^\s,;&]*/.exec(line.slice(from))?.[0].length ?? 0);
}

/** The place after the quote that ends a text; it has as many backslashes before it as the one that began the text. */
export function closingQuote(line: string, from: number, quote: string): number | undefined {
  const mark = quote.slice(-1);
  for (let at = line.indexOf(mark, from); at >= 0; at = line.indexOf(mark, at + 1)) {
    let slashes = 0;
    while (at - slashes > from && line[at - slashes - 1] === '\\') slashes++;
    if (slashes === quote.length - 1) return at + 1;
  }
  return undefined;
}

function closingBracket(line: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    if ('[{'.includes(line.charAt(at))) depth++;
    if (']}'.includes(line.charAt(at)) && --depth === 0) return at + 1;
  }
  return undefined;
}
