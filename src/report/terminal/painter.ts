/** Writes on a terminal: lines that stay, and one live picture at the bottom. */
import type { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { textWidth } from './text.ts';

/** `columns` and `rows` may change at any time. */
export type Terminal = Writable & { readonly columns?: number; readonly rows?: number };

/** The size of a terminal. A terminal that does not know its size reports nothing or 0. */
export function terminalSize({ columns = 0, rows = 0 }: Terminal): {
  readonly columns: number;
  readonly rows: number;
} {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** The cursor is below the picture and is never hidden, so it cannot stay hidden when the program ends. */
export interface Painter {
  /** Replaces the picture line by line. Nothing is erased first, so nothing flickers. */
  paint(picture: string): void;
  /** Writes lines that stay, above the picture. */
  keep(lines: string): void;
  /** Leaves the picture as it is. The next picture comes below it. */
  release(): void;
}

const UP = (rows: number): string => (rows > 0 ? `\x1b[${rows}A` : '');
const ERASE_LINE_END = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

export function createPainter(terminal: Terminal): Painter {
  let shown: readonly string[] = [];
  // a terminal that has become narrower has broken the lines of the picture
  const height = (): number =>
    shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(lineWidth(line) / terminalSize(terminal).columns)),
      0,
    );
  const write = (lines: readonly string[]): void => {
    const text = lines.map((line) => `${line}${ERASE_LINE_END}\n`).join('');
    terminal.write(`\r${UP(height())}${text}${ERASE_BELOW}`);
  };
  return {
    paint: (picture) => {
      const lines = linesOf(picture);
      write(lines);
      shown = lines;
    },
    keep: (text) => write([...linesOf(text), ...shown]),
    release: () => {
      shown = [];
    },
  };
}

function lineWidth(line: string): number {
  return textWidth(stripVTControlCharacters(line));
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
