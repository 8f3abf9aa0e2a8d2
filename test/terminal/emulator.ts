/**
 * A terminal with everything that fastboot uses: rows and columns, a cursor, wrapping, scrolling, colours, and resizing like today's
 * terminals (long lines are wrapped again). Any other sequence is an error.
 */
export interface Emulator {
  write(text: string): void;
  resize(rows: number, columns: number): void;
  /** The visible rows, without blanks at their ends and without empty rows at the bottom. */
  screen(): readonly string[];
  /** The same with colours, written as `<red>text</>`. */
  coloured(): readonly string[];
  /** The rows that have scrolled away, then the visible rows. */
  all(): readonly string[];
  cursor(): { readonly row: number; readonly column: number; readonly visible: boolean };
  /** Messages of the program to the test: the texts of `ESC ] 9 ; … BEL`. */
  readonly marks: readonly string[];
}

interface Cell {
  readonly character: string;
  readonly colour: string;
}

interface Line {
  cells: Cell[];
  /** Whether the text continues in the next row, because the screen ended here. */
  wrapped: boolean;
}

const TOKEN =
  /\x1b\](\d+);([^\x07]*)\x07|\x1b\[([?<=>]?)([\d;]*)([A-Za-z])|\r|\n|\x07|\x08|[^\x00-\x1f\x7f]|[\s\S]/gu;
const PARTIAL = /\x1b(?:\[[?\d;]*|\][^\x07]*)?$/;
const COLOURS: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  36: 'cyan',
};
const ENDS: Readonly<Record<string, readonly string[]>> = {
  22: ['bold', 'dim'],
  39: ['red', 'green', 'yellow', 'cyan'],
};

export function createEmulator(height: number, width: number): Emulator {
  let rows = height;
  let columns = width;
  let lines: Line[] = [];
  /** The first visible line. */
  let top = 0;
  let row = 0;
  let column = 0;
  let visible = true;
  let colours: string[] = [];
  let unfinished = '';
  const marks: string[] = [];

  const line = (at: number): Line => {
    while (lines.length <= at) lines.push({ cells: [], wrapped: false });
    return lines[at] ?? { cells: [], wrapped: false };
  };
  const lineFeed = (): void => {
    row += 1;
    line(row);
    if (row >= top + rows) top = row - rows + 1;
  };
  const put = (character: string): void => {
    if (column >= columns) {
      line(row).wrapped = true;
      lineFeed();
      column = 0;
    }
    const { cells } = line(row);
    while (cells.length < column) cells.push({ character: ' ', colour: '' });
    cells[column] = { character, colour: colours.join(' ') };
    column += 1;
  };
  const paint = (numbers: string): void => {
    for (const number of numbers === '' ? ['0'] : numbers.split(';')) {
      const ended = ENDS[number];
      const begun = COLOURS[number];
      if (number === '0') colours = [];
      else if (ended) colours = colours.filter((name) => !ended.includes(name));
      else if (begun) colours = [...colours, begun];
      else throw new Error(`unexpected colour ${number}`);
    }
  };
  const eraseBelow = (): void => {
    line(row).cells.length = Math.min(line(row).cells.length, column);
    lines.length = row + 1;
  };
  const obey = (token: string, mode: string, number: string, letter: string): void => {
    const times = Number(number || '1');
    const { cells } = line(row);
    if (mode === '?' && number === '25' && /[hl]/.test(letter)) visible = letter === 'h';
    else if (mode !== '') throw new Error(`unexpected sequence ${JSON.stringify(token)}`);
    else if (letter === 'm') paint(number);
    else if (letter === 'A') row = Math.max(top, row - times);
    else if (letter === 'B') row = Math.min(top + rows - 1, row + times);
    else if (letter === 'C') column = Math.min(columns - 1, column + times);
    else if (letter === 'D') column = Math.max(0, Math.min(column, columns - 1) - times);
    else if (letter === 'G') column = times - 1;
    else if (letter === 'J' && (number === '' || number === '0')) eraseBelow();
    else if (letter === 'K' && (number === '' || number === '0'))
      cells.length = Math.min(cells.length, column);
    else if (letter === 'K' && number === '2') cells.length = 0;
    else throw new Error(`unexpected sequence ${JSON.stringify(token)}`);
  };
  const take = (match: RegExpMatchArray): void => {
    const [token, command, text = '', mode = '', number = '', letter] = match;
    if (letter !== undefined) obey(token, mode, number, letter);
    else if (command === '9') marks.push(text);
    else if (token === '\r') column = 0;
    else if (token === '\n') lineFeed();
    else if (token === '\x08') column = Math.max(0, column - 1);
    else if (token === '\x07') return;
    else if (command !== undefined || /[\x00-\x1f\x7f]/.test(token))
      throw new Error(`unexpected character ${JSON.stringify(token)}`);
    else put(token);
  };
  const text = ({ cells }: Line): string =>
    cells
      .map(({ character }) => character)
      .join('')
      .trimEnd();
  const seen = (): readonly Line[] => trimmed(lines.slice(top, top + rows), text);

  return {
    marks,
    write(chunk) {
      const whole = unfinished + chunk;
      const [rest = ''] = PARTIAL.exec(whole) ?? [];
      unfinished = rest;
      for (const match of whole.slice(0, whole.length - rest.length).matchAll(TOKEN)) take(match);
    },
    resize(newRows, newColumns) {
      const below = flow(lines.slice(0, row + 1), newColumns);
      [rows, columns] = [newRows, newColumns];
      lines = below;
      row = lines.length - 1;
      column = Math.min(column, columns);
      top = Math.max(0, row - rows + 1);
    },
    screen: () => seen().map(text),
    coloured: () => seen().map(({ cells }) => marked(cells)),
    all: () => trimmed(lines, text).map(text),
    cursor: () => ({ row: row - top, column, visible }),
  };
}

function trimmed(lines: readonly Line[], text: (line: Line) => string): readonly Line[] {
  const last = lines.findLastIndex((line) => text(line) !== '');
  return lines.slice(0, last + 1);
}

/** The same lines on a screen of another width. */
function flow(lines: readonly Line[], columns: number): Line[] {
  const result: Line[] = [];
  let cells: Cell[] = [];
  for (const { cells: own, wrapped } of lines) {
    cells = [...cells, ...own];
    if (wrapped) continue;
    const last = cells.findLastIndex(({ character }) => character !== ' ');
    const kept = cells.slice(0, last + 1);
    for (let from = 0; from === 0 || from < kept.length; from += columns) {
      const part = kept.slice(from, from + columns);
      result.push({ cells: part, wrapped: from + columns < kept.length });
    }
    cells = [];
  }
  return result;
}

function marked(cells: readonly Cell[]): string {
  let result = '';
  let now = '';
  for (const { character, colour } of [...cells, { character: '', colour: '' }]) {
    if (colour !== now && now !== '') result += '</>';
    if (colour !== now && colour !== '') result += `<${colour}>`;
    now = colour;
    result += character;
  }
  return result.trimEnd();
}
