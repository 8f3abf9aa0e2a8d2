/** What of a plan was not done: blocked and deferred changes. */
import type { Plan } from '../../plan/plan.ts';
import { summarizePlan } from '../plan/summary.ts';
import type { Obstacle } from '../plan/summary.ts';
import { exampleText } from '../plan/words.ts';
import { visible } from '../terminal/escape.ts';
import { compressHosts } from '../terminal/host-range.ts';
import type { Style } from '../terminal/style.ts';
import { indented } from '../terminal/text.ts';
import { whatToDo } from '../terminal/what-to-do.ts';
import type { Section } from './join-sections.ts';

/** What was not done, because it would endanger data, and what to do about it. */
export function blockedSection(plan: Plan, style: Style, width: number): Section {
  const { blocked } = summarizePlan(plan);
  if (blocked.length === 0) return [];
  const symbol = style.red(style.symbols.warning);
  return [
    style.bold(style.red('Blocked')),
    ...blocked.flatMap((obstacle) => obstacleLines(obstacle, symbol, style, width)),
  ];
}

/** What waits for a later run or a reboot. */
export function deferredSection(plan: Plan, style: Style, width: number): Section {
  const { deferred } = summarizePlan(plan);
  if (deferred.length === 0) return [];
  const symbol = style.yellow(style.symbols.action.deferred);
  return [
    style.bold('Deferred'),
    ...deferred.flatMap((obstacle) => obstacleLines(obstacle, symbol, style, width)),
  ];
}

function obstacleLines(
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
