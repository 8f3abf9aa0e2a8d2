/** Lays out what is shown of a failure. */
import type { Style } from '../terminal/style.ts';
import { indented, wrap } from '../terminal/text.ts';
import { whatToDo } from '../terminal/what-to-do.ts';
import type { Advice, FailureText } from './failure-text.ts';

const INDENT = 4;

/** The lines below the heading of a failure: why, the output behind a rule, what to do, what was not touched. */
export function failureLines(text: FailureText, style: Style, width: number): readonly string[] {
  const rule = style.dim(style.unicode ? '│' : '|');
  return [
    ...text.why.flatMap((line) => indented(line, INDENT, width)),
    ...text.output.flatMap((line) => wrap(line, width - INDENT - 2).map((part) => `    ${rule} ${part}`)),
    ...text.whatToDo.flatMap((advice) => adviceLines(advice, style, width)),
    ...indented(text.untouched, INDENT, width).map(style.dim),
  ];
}

/** A command is on a line of its own and never broken, so that it can be copied. */
function adviceLines({ text, command }: Advice, style: Style, width: number): readonly string[] {
  const margin = ' '.repeat(INDENT + 3 + style.symbols.arrow.length);
  const commandLines = command === undefined ? [] : [margin + style.bold(command)];
  return [...whatToDo(text, INDENT, style, width), ...commandLines];
}
