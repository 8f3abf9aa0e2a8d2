/**
 * Puts text from hosts into Markdown. It cannot become a link, a mention, an image or HTML there. Not for tables: a `|` ends
 * a cell, also in code.
 */
import { visible } from '../terminal/escape.ts';

/** Here markup may start, or a link, a mention, a reference or a commit. */
const NOT_PLAIN = /[^\p{L}\p{N} .,;:'()%/=+_-]|:\/\/|www\.|%[^ ,;.)]|^[\d+=-]|\b[0-9a-f]{7,40}\b/iu;

/** A sentence: as it is where that is harmless, otherwise as code. */
export function prose(text: string): string {
  const shown = visible(text);
  return NOT_PLAIN.test(shown) ? code(shown) : shown.replaceAll('_', '\\_');
}

/** A code span with more backticks around it than the text has in a row. */
export function code(text: string): string {
  const shown = visible(text);
  if (shown === '') return '';
  const fence = fenceFor(shown, 1);
  const margin = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${margin}${shown}${margin}${fence}`;
}

/** A fenced block. The lines must have been made visible. */
export function fenced(lines: readonly string[], language: string): readonly string[] {
  const fence = fenceFor(lines.join('\n'), 3);
  return [`${fence}${language}`, ...lines, fence];
}

function fenceFor(text: string, least: number): string {
  const runs = text.match(/`+/g) ?? [];
  return '`'.repeat(Math.max(least, ...runs.map((run) => run.length + 1)));
}
