/** The changes of a group of hosts as text. */
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import { paintAction } from '../terminal/style.ts';
import type { Style } from '../terminal/style.ts';
import { count, indented, pad, padLeft, textWidth, wrap } from '../terminal/text.ts';
import { whatToDo } from '../terminal/what-to-do.ts';
import type { DiffLine } from './change-diff.ts';
import type { ShownChange } from './host-group.ts';
import { hasSameReason, variantHead } from './per-host-details.ts';
import type { Variant, VariantHead } from './per-host-details.ts';
import { reasonText, stopText, thingText } from './words.ts';

/** A diff with more lines is cut. */
const MAX_DIFF_LINES = 20;
/** So many lines are left of a cut diff: clearly fewer, so that the cut is worth it. */
const CUT_DIFF_LINES = 12;
/** If there are more variants, only the first is shown and the others are counted. */
const MAX_VARIANTS_SHOWN = 3;
const INDENT = 6;

/** For each change: symbol, resource and reason, then its details. */
export function changeLines(
  changes: readonly ShownChange[],
  style: Style,
  width: number,
  verbose: boolean,
): readonly string[] {
  const longest = Math.max(0, ...changes.map((change) => textWidth(thingText(change))));
  const column = Math.min(longest, Math.floor(width / 2));
  return changes.flatMap((change) => [
    ...headLines(change, column, style, width),
    ...(verbose ? [style.dim(`      task: ${visible(change.task)}`)] : []),
    ...stopLines(change, style, width),
    ...variantLines(change, style, width, verbose),
  ]);
}

/** Symbol, resource, and the reason where it is the same on all hosts. */
function headLines(change: ShownChange, column: number, style: Style, width: number): readonly string[] {
  const symbol = paintAction(style, change.action)(padLeft(style.symbols.action[change.action], 5));
  const name = thingText(change);
  const [first] = change.variants;
  const text = hasSameReason(change.variants)
    ? reasonText(first, change.risk)
    : reasonText({ ...first, reason: 'hosts differ' }, change.risk);
  const start = Math.max(column, textWidth(name));
  if (INDENT + start + 2 + textWidth(text) <= width) {
    return [`${symbol} ${pad(name, start)}  ${style.dim(text)}`];
  }
  const [head = '', ...more] = wrap(name, width - INDENT);
  return [
    `${symbol} ${head}`,
    ...more.map((line) => ' '.repeat(INDENT) + line),
    ...indented(text, INDENT, width).map(style.dim),
  ];
}

function stopLines({ stops }: ShownChange, style: Style, width: number): readonly string[] {
  if (stops === null) return [];
  return wrap(stopText(stops), width - INDENT - 2).map(
    (line, index) => `      ${index === 0 ? style.yellow(style.symbols.warning) : ' '} ${line}`,
  );
}

/** The details of each variant, after the hosts that have it. */
function variantLines(change: ShownChange, style: Style, width: number, verbose: boolean): readonly string[] {
  const { variants } = change;
  const shown = verbose || variants.length <= MAX_VARIANTS_SHOWN ? variants : variants.slice(0, 1);
  const rest = variants.slice(shown.length);
  const hosts = rest.reduce((sum, variant) => sum + variant.hosts.length, 0);
  const more = `(${count(hosts, 'other host')}, ${count(rest.length, 'other variant')}; -v shows all)`;
  return [
    ...shown.flatMap((variant) => [
      ...variantHeadLines(variantHead(variants, variant), style, width),
      ...detailLines(variant, style, width, verbose),
    ]),
    ...(rest.length === 0 ? [] : [style.dim(' '.repeat(INDENT) + more)]),
  ];
}

function variantHeadLines(head: VariantHead | null, style: Style, width: number): readonly string[] {
  if (head === null) return [];
  const reason = head.reason === null ? '' : ` ${visible(head.reason)}`;
  const text = `on ${compressHosts(head.hosts)}${head.instead ? ' instead' : ''}:${reason}`;
  return indented(text, INDENT, width).map(style.bold);
}

function detailLines(
  { differences, diff, remedy }: Variant,
  style: Style,
  width: number,
  verbose: boolean,
): readonly string[] {
  return [
    ...indented(differences.join(', '), INDENT, width).filter((line) => line.trim() !== ''),
    ...diffText(diff, style, width, verbose),
    ...(remedy === undefined ? [] : whatToDo(visible(remedy), INDENT, style, width)),
  ];
}

function diffText(
  lines: readonly DiffLine[],
  style: Style,
  width: number,
  verbose: boolean,
): readonly string[] {
  const shown = verbose || lines.length <= MAX_DIFF_LINES ? lines : lines.slice(0, CUT_DIFF_LINES);
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
      return piecesOf(text, width).map((part, index) =>
        style.green(`      ${index === 0 ? '+' : ' '} ${part}`),
      );
    case '-':
      return piecesOf(text, width).map((part, index) =>
        style.red(`      ${index === 0 ? '-' : ' '} ${part}`),
      );
    case ' ':
      return piecesOf(text, width).map((part) => style.dim(`        ${part}`));
  }
}

/** A line of a file in pieces that fit. Nothing is left out of what will be written. */
function piecesOf(text: string, width: number): readonly string[] {
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
