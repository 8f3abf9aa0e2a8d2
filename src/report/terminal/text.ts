/** Laying out plain text: all functions work on text without colours, which are put on last. */

// wide in every terminal: CJK, Hangul, full-width forms, emoji
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const SIMPLE = /^[\x20-\x7e]*$/;

/** Columns that a text takes on a terminal. */
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

/** The text with blanks behind it up to this width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** The text with blanks before it up to this width. */
export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

/** The text cut to a width, with the mark where something was cut. */
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
 * The text broken into lines of at most this width, at blanks and behind commas. A longer word keeps a line of its own,
 * uncut, so that it can be copied.
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

/** Each line of a wrapped text behind an indentation. */
export function indented(text: string, indentation: number, width: number): readonly string[] {
  const blanks = ' '.repeat(indentation);
  return wrap(text, width - indentation).map((line) => blanks + line);
}

/** `left` at the left, `right` at the right edge, at least two blanks between them. */
export function spread(left: string, right: string, width: number): string {
  return `${pad(left, Math.max(width - textWidth(right), textWidth(left) + 2))}${right}`;
}

/** `1 host`, `3 hosts`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Seconds for people: `0.4 s`, `12 s`, `2:14`, `1:02:14`. */
export function duration(seconds: number): string {
  return seconds < 9.95 ? `${Math.max(0, seconds).toFixed(1)} s` : elapsed(Math.round(seconds));
}

/** Whole seconds, for times that are still running: `4 s`, `1:02`. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
