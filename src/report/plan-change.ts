import { visible } from './escape.ts';
import type { DiffLine } from './differences.ts';
import type { ShownChange } from './plan-summary.ts';
import { paintAction } from './style.ts';
import type { Style } from './style.ts';
import { indented, pad, padLeft, textWidth, wrap } from './text.ts';
import { wayOut } from './way-out.ts';

const DIFF_LINES = 20;
const INDENT = 6;

/** The lines of a group's changes: symbol, thing, reason; below each what differs. */
export function changeLines(
  changes: readonly ShownChange[],
  style: Style,
  width: number,
  verbose: boolean,
): readonly string[] {
  const longest = Math.max(0, ...changes.map((change) => textWidth(thing(change))));
  const column = Math.min(longest, Math.floor(width / 2));
  return changes.flatMap((change) => [
    ...headLines(change, column, style, width),
    ...(verbose ? [style.dim(`      task: ${visible(change.task)}`)] : []),
    ...stopLines(change, style, width),
    ...indented(change.differences.join(', '), INDENT, width).filter((line) => line.trim() !== ''),
    ...diffText(change.diff, style, width, verbose ? Infinity : DIFF_LINES),
    ...(change.remedy === undefined ? [] : wayOut(visible(change.remedy), INDENT, style, width)),
  ]);
}

function thing({ type, label }: ShownChange): string {
  return `${type} ${visible(label)}`;
}

function headLines(change: ShownChange, column: number, style: Style, width: number): readonly string[] {
  const symbol = paintAction(style, change.action)(padLeft(style.symbols.action[change.action], 5));
  const name = thing(change);
  const reason = visible(change.reason);
  const text = change.risk === 'restart' ? `${reason} (restarts)` : reason;
  const start = Math.max(column, textWidth(name));
  if (INDENT + start + 2 + textWidth(text) <= width) {
    return [`${symbol} ${pad(name, start)}  ${style.dim(text)}`];
  }
  return [`${symbol} ${name}`, ...indented(text, INDENT, width).map(style.dim)];
}

function stopLines({ stops }: ShownChange, style: Style, width: number): readonly string[] {
  if (stops === null) return [];
  const text = `${visible(stops)} is stopped for this if it is active, and started again`;
  return wrap(text, width - INDENT - 2).map(
    (line, index) => `      ${index === 0 ? style.yellow('!') : ' '} ${line}`,
  );
}

function diffText(lines: readonly DiffLine[], style: Style, width: number, limit: number): readonly string[] {
  // one line more than the limit is shorter than the note that it is missing
  const shown = lines.length <= limit + 1 ? lines : lines.slice(0, limit);
  const rest = lines.length - shown.length;
  return [
    ...shown.flatMap((line) => diffLine(line, style, width)),
    ...(rest > 0 ? [style.dim(`        (${rest} more lines; -v shows all)`)] : []),
  ];
}

function diffLine({ sign, text }: DiffLine, style: Style, width: number): readonly string[] {
  switch (sign) {
    case '@':
      return [style.dim(`        ${style.symbols.ellipsis}`)];
    case '\\':
      return [style.dim('        (no newline at the end of the file)')];
    case '+':
      return cut(text, width).map((part, index) => style.green(`      ${index === 0 ? '+' : ' '} ${part}`));
    case '-':
      return cut(text, width).map((part, index) => style.red(`      ${index === 0 ? '-' : ' '} ${part}`));
    case ' ':
      return cut(text, width).map((part) => style.dim(`        ${part}`));
  }
}

/** A line of a file in pieces that fit: nothing is left out of what will be written. */
function cut(text: string, width: number): readonly string[] {
  const room = width - INDENT - 2;
  if (textWidth(text) <= room) return [text];
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (textWidth(piece + character) > room) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
