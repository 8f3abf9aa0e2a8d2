/** Compares one change of two plans. */
import { canonicalJson } from '../../core/json.ts';
import type { Json } from '../../core/json.ts';
import type { Change } from '../../plan/plan.ts';
import type { Side } from './comparison.ts';

/** Fields that depend on the position of a change in its plan, or on other fields. */
const NOT_COMPARED = new Set<string>(['id', 'dependsOn', 'fingerprint']);

/** Whether two changes are the same, whatever their positions in the plans. */
export function isSameChange(then: Change, now: Change): boolean {
  return differingFields(then, now).length === 0;
}

/**
 * Both sides of two changes that differ, without the lines that they share. Where the sides would read the same, they show
 * the fields that differ.
 */
export function sidesOf(
  then: Side,
  now: Side,
  before: Change,
  after: Change,
): { readonly then: Side; readonly now: Side } {
  const without = (lines: readonly string[], others: readonly string[]) =>
    lines.filter((line) => !others.includes(line));
  const left = { text: then.text, lines: without(then.lines, now.lines) };
  const right = { text: now.text, lines: without(now.lines, then.lines) };
  if (left.text !== right.text || left.lines.length + right.lines.length > 0)
    return { then: left, now: right };
  const differing = differingFields(before, after);
  // the state says more than the parameters that led to it
  const states = differing.filter((field) => field === 'before' || field === 'after');
  const shown = states.length > 0 ? states : differing;
  const text = (change: Change) =>
    shown.map((field) => `${field} ${canonicalJson(fieldsOf(change)[field] ?? null)}`).join('; ');
  return { then: { text: text(before), lines: [] }, now: { text: text(after), lines: [] } };
}

function differingFields(then: Change, now: Change): readonly string[] {
  const [before, after] = [fieldsOf(then), fieldsOf(now)];
  return Object.keys({ ...before, ...after }).filter(
    (field) =>
      !NOT_COMPARED.has(field) &&
      canonicalJson(before[field] ?? null) !== canonicalJson(after[field] ?? null),
  );
}

function fieldsOf(change: Change): Readonly<Record<string, Json>> {
  return change as unknown as Readonly<Record<string, Json>>;
}
