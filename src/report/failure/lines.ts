import type { FailureText, Step } from './text.ts';
import type { Style } from '../terminal/style.ts';
import { indented, wrap } from '../terminal/text.ts';
import { whatToDo } from '../terminal/what-to-do.ts';

/** A told failure below its heading: why, the step's last lines behind a rule, what to do, what was not touched. */
export function failureLines(text: FailureText, style: Style, width: number): readonly string[] {
  const rule = style.dim(style.unicode ? '│' : '|');
  return [
    ...text.why.flatMap((line) => indented(line, 4, width)),
    ...text.output.flatMap((line) => wrap(line, width - 6).map((part) => `    ${rule} ${part}`)),
    ...text.next.flatMap((step) => stepLines(step, style, width)),
    ...indented(text.untouched, 4, width).map(style.dim),
  ];
}

/** A command keeps a line of its own, however long: it is there to be copied. */
function stepLines({ say, run }: Step, style: Style, width: number): readonly string[] {
  const command = `${' '.repeat(7 + style.symbols.arrow.length)}${style.bold(run ?? '')}`;
  return [...whatToDo(say, 4, style, width), ...(run === undefined ? [] : [command])];
}
