/**
 * The words of an exports(5) file, taken apart as exportfs(8) does it (nfs-utils, `support/nfs/xio.c`).
 *
 * A word ends at white space outside double quotes. A backslash at the end of a line, with the blanks that follow it,
 * counts as one blank. `#` starts a comment only where a word could begin. `\040` is the byte with this octal number.
 */
import { decodeBytes, encodeBytes } from '../../core/bytes.ts';
import { byteCharacter } from '../octal.ts';

/** A word of an exports file. */
export interface ExportWord {
  /** What it means: without quotes, escapes resolved. */
  readonly text: string;
  /** Offsets in the file: of its first character, and of the first one after it. */
  readonly from: number;
  readonly to: number;
}

/** Reads the word at an offset; its text is empty where no word begins. `next` is where the reading goes on. */
export function readWord(text: string, from: number): { readonly word: ExportWord; readonly next: number } {
  const characters: string[] = [];
  let quoted = false;
  for (let at = from; ;) {
    const { character, width } = characterAt(text, at);
    if (character === '' || (!quoted && /\s/.test(character))) {
      const word = { text: decodeBytes(encodeBytes(characters.join(''))), from, to: at };
      return { word, next: character === '\n' ? at : at + width };
    }
    if (character === '"') quoted = !quoted;
    else pushResolved(characters, character);
    at += width;
  }
}

/** The offset after comments and the given blanks. */
export function skip(text: string, from: number, blanks: string): number {
  for (let at = from; ;) {
    const { character, width } = characterAt(text, at);
    if (character === '#') at = endOfLine(text, at);
    else if (character === '' || !blanks.includes(character)) return at;
    else at += width;
  }
}

/** The offset of the newline that ends the line, or of the text's end. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

const CONTINUATION = /\\\n[ \t]*/y;

/** What exportfs reads at an offset, and how many characters of the file that takes; nothing at the end. */
function characterAt(text: string, at: number): { readonly character: string; readonly width: number } {
  const character = text.charAt(at);
  if (character === '\\') {
    CONTINUATION.lastIndex = at;
    const continued = CONTINUATION.exec(text)?.[0];
    if (continued !== undefined) return { character: ' ', width: continued.length };
  }
  return { character, width: character.length };
}

/** Adds a character. Where the last four are an escape, the byte that they mean takes their place. */
function pushResolved(characters: string[], character: string): void {
  characters.push(character);
  if (characters.at(-4) !== '\\') return;
  const digits = /^\\([0-3][0-7]{2})$/.exec(characters.slice(-4).join(''))?.[1];
  if (digits === undefined) return;
  characters.splice(-4, 4, byteCharacter(parseInt(digits, 8)));
}
