/** Short texts of data, for people. */
import { diffLines } from 'diff';
import type { Json, JsonObject } from '../core/json.ts';

/** Longer texts are cut. */
const MAX_TEXT_LENGTH = 300;
/** A SHA-256 is shown up to this length, which is enough to see whether two of them differ. */
const DIGEST_LENGTH = 12;

/** Data as a short text, such as `sum 12ab34cd…, owner root`. */
export function valueText(value: Json): string {
  return shorten(wholeText(value));
}

/** Two values as short texts. Of two texts with several lines, only the lines that differ. */
export function differingTexts(then: Json, now: Json): { readonly then: string; readonly now: string } {
  const areTexts = typeof then === 'string' && typeof now === 'string';
  if (!areTexts || !`${then}${now}`.includes('\n')) return { then: valueText(then), now: valueText(now) };
  const parts = diffLines(then, now);
  const linesOf = (side: 'added' | 'removed') =>
    parts
      .filter((part) => part[side])
      .map(({ value }) => value.trim())
      .join('\n');
  return { then: shorten(linesOf('removed')), now: shorten(linesOf('added')) };
}

/** A text, cut where it is too long to be read. */
export function shorten(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}…`;
}

function wholeText(value: Json): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string')
    return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, DIGEST_LENGTH)}…` : value;
  if (typeof value !== 'object') return String(value);
  const parts = Array.isArray(value)
    ? (value as readonly Json[]).map(wholeText)
    : Object.entries(value as JsonObject).map(([key, item]) => `${key} ${wholeText(item)}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
