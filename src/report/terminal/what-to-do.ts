/** Advice to the operator, after an arrow. */
import type { Style } from './style.ts';
import { textWidth, wrap } from './text.ts';

/** An arrow, then the text, wrapped below its first word. */
export function whatToDo(text: string, indentation: number, style: Style, width: number): readonly string[] {
  const { arrow } = style.symbols;
  const margin = ' '.repeat(indentation + textWidth(arrow) + 1);
  const [first = '', ...more] = wrap(text, width - margin.length);
  return [`${' '.repeat(indentation)}${style.cyan(arrow)} ${first}`, ...more.map((line) => margin + line)];
}
