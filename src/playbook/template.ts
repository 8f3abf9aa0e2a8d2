/** Placeholders: `{{ name.path }}` inserts a variable, and can do nothing else. Playbooks are data, not programs. */
import type { Json, JsonObject } from '../core/json.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { suggest } from '../core/suggest.ts';

const PLACEHOLDER = /\{\{\s*(.*?)\s*\}\}/gs;

/**
 * The value of `name.path`. The error: there is no such name, or its value has placeholders itself. Those are never
 * evaluated, because values come from inventories and hosts.
 */
export function lookUp(path: string, vars: JsonObject): Result<Json, string> {
  if (!/^[A-Za-z_][\w-]*(\.[\w-]+)*$/.test(path)) {
    return err(`{{ ${path} }}: only a name such as pool.gid can be between the braces`);
  }
  let value: Json = vars;
  let seen = '';
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name))
      return err(missing(path, seen, name, value));
    value = (value as JsonObject)[name] ?? null;
    seen = seen === '' ? name : `${seen}.${name}`;
  }
  if (JSON.stringify(value).includes('{{'))
    return err(`the value of ${path} contains {{ }}, which is not evaluated: write the value itself`);
  return ok(value);
}

/** A value with every placeholder filled in. A text that is just one placeholder becomes the value, of whatever type. */
export function render(value: Json, vars: JsonObject): Result<Json, string> {
  if (typeof value === 'string') return renderText(value, vars);
  if (value === null || typeof value !== 'object') return ok(value);
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value as readonly Json[]) {
      const rendered = render(item, vars);
      if (!rendered.ok) return rendered;
      items.push(rendered.value);
    }
    return ok(items);
  }
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const rendered = render(item, vars);
    if (!rendered.ok) return rendered;
    entries.push([key, rendered.value]);
  }
  return ok(Object.fromEntries(entries));
}

function renderText(text: string, vars: JsonObject): Result<Json, string> {
  const matches = [...text.matchAll(PLACEHOLDER)];
  const only = matches[0];
  if (only === undefined) return ok(text);
  if (matches.length === 1 && only[0] === text.trim() && !text.includes('\n'))
    return lookUp(only[1] ?? '', vars);
  let result = '';
  let from = 0;
  for (const match of matches) {
    const value = lookUp(match[1] ?? '', vars);
    if (!value.ok) return value;
    if (value.value === null || typeof value.value === 'object') {
      return err(
        `{{ ${match[1] ?? ''} }} is ${describe(value.value)}, which cannot be inserted in a text; use it alone`,
      );
    }
    result += text.slice(from, match.index) + String(value.value);
    from = match.index + match[0].length;
  }
  return ok(result + text.slice(from));
}

/** The names in all placeholders of a value, such as `pool.gid`. */
export function namesIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap((item) => namesIn(item));
}

function missing(path: string, seen: string, name: string, value: Json): string {
  const candidates =
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [];
  const near = suggest(name, candidates);
  const where = seen === '' ? 'there is no variable' : `${seen} has no`;
  return `{{ ${path} }}: ${where} "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

function describe(value: Json): string {
  return value === null ? 'empty' : Array.isArray(value) ? 'a list' : 'a mapping';
}
