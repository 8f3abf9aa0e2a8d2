/** Lays out plain text. All functions work on text without colours; colours are added last. */

/** Narrower and wider terminals get a text of these widths. */
const MIN_COLUMNS = 80;
const MAX_COLUMNS = 200;

// two columns wide in every terminal: CJK, Hangul, full-width forms, emoji
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const SIMPLE = /^[\x20-\x7e]*$/;

/** The width of a report on a terminal with this many columns: 80 to 200. */
export function screenWidth(columns: number): number {
  return Math.min(Math.max(columns, MIN_COLUMNS), MAX_COLUMNS);
}

/** The columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The text, filled up with blanks on its right. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** The text, filled up with blanks on its left. */
export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

/** The text cut to a width, with a mark where it was cut. */
export function truncate(text: string, width: number, mark = '…'): string {
  if (textWidth(text) <= width) return text;
  let used = textWidth(mark);
  let result = '';
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    result += character;
  }
  return width < textWidth(mark) ? '' : result + mark;
}

/**
 * The text in lines of at most this width, broken at blanks and after commas. A longer word gets a line of its own and is
 * not cut, so that it can be copied.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/(?<=,)|( +)/).filter((part) => part)) {
    if (line !== '' && textWidth(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  if (line.trimEnd() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** The lines of a wrapped text, each indented. */
export function indented(text: string, indentation: number, width: number): readonly string[] {
  const blanks = ' '.repeat(indentation);
  return wrap(text, width - indentation).map((line) => blanks + line);
}

/** `left` at the left edge and `right` at the right edge, with at least two blanks between them. */
export function spread(left: string, right: string, width: number): string {
  return `${pad(left, Math.max(width - textWidth(right), textWidth(left) + 2))}${right}`;
}

/** `1 host`, `3 hosts`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** A duration that is over: `0.4 s`, `12 s`, `2:14`, `1:02:14`. */
export function duration(seconds: number): string {
  return seconds < 9.95 ? `${Math.max(0, seconds).toFixed(1)} s` : elapsed(Math.round(seconds));
}

/** A duration that goes on, in whole seconds: `4 s`, `1:02`. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${twoDigits(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${twoDigits(whole % 60)}`;
}
