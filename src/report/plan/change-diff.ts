/** How a change differs from what is there: the lines of a diff, and attributes. */
import { canonicalJson } from '../../core/json.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Action, ChangeSpec } from '../../resources/resource.ts';
import { visible, visibleLines } from '../terminal/escape.ts';

export interface DiffLine {
  readonly sign: '+' | '-' | ' ' | '\\' | '@';
  /** Made visible, without the sign. */
  readonly text: string;
}

/**
 * The lines of a unified diff without its headers, because line numbers differ from host to host. The sign `@` is
 * between two places of a file.
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

/** Attributes that the diff or the reason shows already. */
const NOT_SHOWN = new Set(['sum', 'edits', 'content', 'manager', 'missing']);

/** Actions for which before and after are compared. */
const COMPARED = new Set<Action>(['create', 'update', 'replace']);

/**
 * The attributes that a change changes: `mode 0755 -> 1775`. For something new, the attributes that it will have. Objects in
 * `after` are for the script of the change and are not shown.
 */
export function attributeDifferences({ action, before, after, diff }: ChangeSpec): readonly string[] {
  if (after === null || !COMPARED.has(action)) return [];
  if (!isObject(after)) return before === null || isObject(before) ? [] : [step('', before, after)];
  const entries = Object.entries(after).filter(([key, value]) => !NOT_SHOWN.has(key) && isPlain(value));
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
