/**
 * Conditions of `when:`. They compare, and can do nothing else: `name`, `not name`, `name == value`, `name != value`, joined by
 * `and`. A value is a quoted text, a number, true, false, null or another name.
 */
import type { Json, JsonObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { lookUp } from './template.ts';

/** One comparison of a condition. */
export interface Comparison {
  readonly left: Operand;
  readonly operator: '==' | '!=' | 'true' | 'false';
  readonly right: Operand | undefined;
}

type Operand = { readonly literal: Json } | { readonly name: string };

const OPERAND = String.raw`'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|[A-Za-z_][\w-]*(?:\.[\w-]+)*`;
const COMPARISON = new RegExp(`^(?:(not)\\s+)?(${OPERAND})(?:\\s*(==|!=)\\s*(${OPERAND}))?$`);

/** Reads a condition. The error says what is wrong with it. */
export function parseCondition(text: string): Result<readonly Comparison[], string> {
  const comparisons: Comparison[] = [];
  for (const part of splitAnd(text)) {
    const match = COMPARISON.exec(part.trim());
    const [, not, left, operator, right] = match ?? [];
    if (left === undefined || (not !== undefined && operator !== undefined)) {
      return err(
        `"${part.trim()}" is not a condition: write name, not name, name == value or name != value, joined by "and"`,
      );
    }
    comparisons.push({
      left: operand(left),
      operator: operator === '==' || operator === '!=' ? operator : not === undefined ? 'true' : 'false',
      right: right === undefined ? undefined : operand(right),
    });
  }
  return ok(comparisons);
}

/** Whether a condition is met. The error: it has a mistake, or a name that does not exist. */
export function isMet(text: string, vars: JsonObject): Result<boolean, string> {
  const parsed = parseCondition(text);
  if (!parsed.ok) return parsed;
  for (const { left, operator, right } of parsed.value) {
    const a = valueOf(left, vars);
    if (!a.ok) return a;
    const b = right === undefined ? ok(null) : valueOf(right, vars);
    if (!b.ok) return b;
    const met =
      operator === '=='
        ? isSame(a.value, b.value)
        : operator === '!='
          ? !isSame(a.value, b.value)
          : isTruthy(a.value) === (operator === 'true');
    if (!met) return ok(false);
  }
  return ok(true);
}

/** The names in a condition, such as `os.family`. */
export function conditionNames(text: string): readonly string[] {
  const parsed = parseCondition(text);
  if (!parsed.ok) return [];
  return parsed.value.flatMap(({ left, right }) =>
    [left, right].flatMap((side) => (side !== undefined && 'name' in side ? [side.name] : [])),
  );
}

function splitAnd(text: string): readonly string[] {
  // the word "and" where it is not in quotes
  return text.split(/\s+and\s+(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/);
}

function operand(word: string): Operand {
  if (/^['"]/.test(word)) return { literal: word.slice(1, -1) };
  if (/^-?\d/.test(word)) return { literal: Number(word) };
  const constants: Readonly<Record<string, Json>> = {
    true: true,
    True: true,
    false: false,
    False: false,
    null: null,
    none: null,
    None: null,
  };
  return Object.hasOwn(constants, word) ? { literal: constants[word] ?? null } : { name: word };
}

function valueOf(side: Operand, vars: JsonObject): Result<Json, string> {
  return 'literal' in side ? ok(side.literal) : lookUp(side.name, vars);
}

function isSame(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Empty lists, empty text, 0, false and null do not count as true; every other value does. */
function isTruthy(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== false && value !== '' && value !== 0;
}
