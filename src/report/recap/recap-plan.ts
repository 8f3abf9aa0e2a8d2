import type { Plan } from '../../plan/plan.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import { summarizePlan } from '../plan/summary.ts';
import { exampleText } from '../plan/words.ts';
import type { Obstacle } from '../plan/summary.ts';
import type { Style } from '../terminal/style.ts';
import { indented } from '../terminal/text.ts';
import { whatToDo } from '../terminal/what-to-do.ts';

/** What was not done because it would endanger data, each with its way out. */
export function blockedSection(plan: Plan, style: Style, width: number): readonly string[] {
  const { blocked } = summarizePlan(plan);
  if (blocked.length === 0) return [];
  const symbol = style.red(style.symbols.warning);
  return [
    style.bold(style.red('Blocked')),
    ...blocked.flatMap((group) => entryLines(group, symbol, style, width)),
  ];
}

/** What a later run or a reboot will do. */
export function deferredSection(plan: Plan, style: Style, width: number): readonly string[] {
  const { deferred } = summarizePlan(plan);
  if (deferred.length === 0) return [];
  const symbol = style.yellow(style.symbols.action.deferred);
  return [style.bold('Deferred'), ...deferred.flatMap((group) => entryLines(group, symbol, style, width))];
}

function entryLines(
  { type, label, reason, remedy, hosts, varies }: Obstacle,
  symbol: string,
  style: Style,
  width: number,
): readonly string[] {
  return [
    `  ${symbol} ${type} ${visible(label)}`,
    ...indented(compressHosts(hosts), 4, width).map(style.bold),
    ...indented(visible(reason) + exampleText(hosts, varies), 4, width),
    ...(remedy === undefined ? [] : whatToDo(visible(remedy), 4, style, width)),
  ];
}
