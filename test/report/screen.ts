/** A terminal, as far as progress uses one: what it shows after some output, and what it had shown on the way. */
export interface Screen {
  /** Everything that was written and not erased, what has scrolled away included. */
  readonly text: string;
  readonly cursorVisible: boolean;
  /** The most rows that were erased at once: the height of what is live. */
  readonly tallest: number;
  /** Lines that reached the right edge, which a terminal would have wrapped. */
  readonly tooWide: readonly string[];
}

const TOKEN = /\x1b\[(\??)(\d*)([A-Za-z])|\r|\n|[^\x1b\r\n]+|\x1b/g;

/** Plays output on a screen of so many columns. Throws on a sequence that progress has no business with. */
export function playOnScreen(output: string, columns: number): Screen {
  const lines = [''];
  let row = 0;
  let column = 0;
  let cursorVisible = true;
  let climbed = 0;
  let tallest = 0;
  const tooWide: string[] = [];
  const write = (text: string) => {
    const line = (lines[row] ?? '').padEnd(column);
    lines[row] = line.slice(0, column) + text + line.slice(column + text.length);
    column += Array.from(text).length;
    if (column > columns) tooWide.push(lines[row] ?? '');
    climbed = 0;
  };
  for (const [token, question, number, letter] of output.matchAll(TOKEN)) {
    if (token === '\r') column = 0;
    else if (token === '\n') {
      row += 1;
      if (row === lines.length) lines.push('');
    } else if (!token.startsWith('\x1b')) write(token);
    else if (letter === 'K' && number === '2') lines[row] = '';
    else if (letter === 'A') {
      row -= Number(number || '1');
      climbed += 1;
      tallest = Math.max(tallest, climbed);
      if (row < 0) throw new Error('the cursor went above the first line');
    } else if (letter === 'G' && number === '') column = 0;
    else if (question === '?' && number === '25') cursorVisible = letter === 'h';
    else throw new Error(`unexpected sequence ${JSON.stringify(token)}`);
  }
  const text = `${lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()}\n`;
  return { text, cursorVisible, tallest, tooWide };
}
