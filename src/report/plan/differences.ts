import { canonicalJson } from '../../core/json.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Action, ChangeSpec } from '../../resources/resource.ts';
import { visible, visibleLines } from '../terminal/escape.ts';

export interface DiffLine {
  readonly sign: '+' | '-' | ' ' | '\\' | '@';
  /** Fit to be shown. */
  readonly text: string;
}

/**
 * The lines of a unified diff without its headers, whose line numbers differ from host to host. `@` stands between two
 * places of a file.
 */
export function diffLines(diff: string): readonly DiffLine[] {
  const lines = visibleLines(diff);
  const start = lines.findIndex((line) => line.startsWith('@@'));
  if (start < 0) return [];
  return lines.slice(start + 1).flatMap((line): DiffLine[] => {
    const sign = line[0];
    if (sign === '+' || sign === '-' || sign === ' ' || sign === '\\') return [{ sign, text: line.slice(1) }];
    return line.startsWith('@@') ? [{ sign: '@', text: '' }] : [];
  });
}

// what the text diff or the reason says already
const UNTOLD = new Set(['sum', 'edits', 'content', 'manager', 'missing']);

const COMPARED = new Set<Action>(['create', 'update', 'replace']);

/**
 * What changes about a thing beside the content of a file: `mode 0755 -> 1775`; for a new thing, what it will be. What
 * `after` holds as an object is meant for the script, not for people.
 */
export function attributeDifferences({ action, before, after, diff }: ChangeSpec): readonly string[] {
  if (after === null || !COMPARED.has(action)) return [];
  if (!isObject(after)) return before === null || isObject(before) ? [] : [step('', before, after)];
  const entries = Object.entries(after).filter(([key, value]) => !UNTOLD.has(key) && isPlain(value));
  if (before === null || !isObject(before)) {
    return diff === undefined ? entries.map(([key, value]) => `${visible(key)} ${word(value)}`) : [];
  }
  return entries.flatMap(([key, value]) => {
    const was = before[key];
    if (was === undefined || !isPlain(was) || canonicalJson(was) === canonicalJson(value)) return [];
    return [step(`${visible(key)} `, was, value)];
  });
}

function step(name: string, before: Json, after: Json): string {
  return `${name}${word(before)} -> ${word(after)}`;
}

function word(value: Json): string {
  if (value === null) return '(none)';
  if (typeof value === 'string') return value === '' ? "''" : visible(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return value.map(word).join(',');
  return visible(canonicalJson(value));
}

function isPlain(value: Json): boolean {
  return Array.isArray(value)
    ? value.every((item) => item === null || typeof item !== 'object')
    : value !== null && typeof value !== 'object';
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
