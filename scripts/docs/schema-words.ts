/** Says in words what a JSON schema allows. */
import type { Json, JsonObject } from '../../src/core/json.ts';
import { code, sentence, value } from './markdown.ts';

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'mapping',
  null: 'null',
};

/**
 * What a value may be, such as "whole number from 1 to 4096" or "`a` or `b`".
 *
 * @param anchor the link target of a kind of values on the same page
 */
export function schemaWords(schema: JsonObject, anchor: (name: string) => string): string {
  const words = (each: JsonObject): string => schemaWords(each, anchor);
  const { $ref, enum: choices, const: only, anyOf, oneOf, type } = schema;
  if (typeof $ref === 'string') return refName($ref, anchor);
  if (only !== undefined) return value(only);
  if (Array.isArray(choices)) return either(choices.map(value));
  const several = anyOf ?? oneOf;
  if (Array.isArray(several)) return either(several.map((each) => words(each as JsonObject)));
  if (Array.isArray(type)) return either(type.map(typeName));
  if (type === 'array') return listWords(schema, words);
  if (type === 'object') return objectWords(schema);
  if (type === 'integer' || type === 'number') return numberWords(schema, NAMES[type] ?? type);
  return type === undefined ? '' : typeName(type);
}

/** The description of a schema as a sentence; empty where it has none. */
export function description({ description: text }: JsonObject): string {
  return typeof text === 'string' ? sentence(text) : '';
}

/** The last part of a reference, with a link to where the page explains it. */
function refName(ref: string, anchor: (name: string) => string): string {
  const name = ref.split('/').at(-1) ?? ref;
  return name.endsWith('.json') ? `[${name}](../../schemas/${name})` : `[${name}](#${anchor(name)})`;
}

function typeName(type: Json): string {
  return typeof type === 'string' ? (NAMES[type] ?? type) : JSON.stringify(type);
}

function listWords({ items }: JsonObject, words: (each: JsonObject) => string): string {
  const each = items === undefined ? '' : words(items as JsonObject);
  return each === '' ? 'list' : `list of ${each}`;
}

function objectWords({ properties }: JsonObject): string {
  const names = Object.keys((properties ?? {}) as JsonObject);
  return names.length === 0 ? 'mapping' : `mapping with ${names.map(code).join(', ')}`;
}

function numberWords({ minimum, maximum }: JsonObject, name: string): string {
  if (typeof minimum !== 'number') return name;
  return typeof maximum === 'number' ? `${name} from ${minimum} to ${maximum}` : `${name} ≥ ${minimum}`;
}

function either(words: readonly string[]): string {
  const all = [...new Set(words)].filter((word) => word !== '');
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}`;
}
