/**
 * The kinds of values that a setting can have. Each kind holds all that depends on it: the JSON schema, the words for
 * people, and how a value is read from YAML.
 */
import type { Json, JsonObject } from '../core/json.ts';
import { isNull } from '../core/yaml/node.ts';
import type { YamlNode } from '../core/yaml/node.ts';

/** A kind of values. */
export interface SettingType<T extends Json> {
  /** What may be written, for people: it completes "must be …" in messages, and is in the reference page. */
  readonly values: string;
  /** The JSON schema of the value, without description and default. */
  readonly schema: JsonObject;
  /** The value of a node that the schema accepts; undefined: the node has no such value, so the default counts. */
  readonly read: (node: YamlNode) => T | undefined;
}

/** Text that a pattern describes, exactly as it is written in the file. */
export function text(values: string, pattern: string): SettingType<string> {
  return {
    values,
    schema: { type: 'string', pattern, errorMessage: `must be ${values}` },
    read: textOf,
  };
}

/** An absolute path. */
export const absolutePath: SettingType<string> = {
  values: 'an absolute path',
  schema: { $ref: '#/$defs/path' },
  read: textOf,
};

/** A whole number. `unit` is what it counts, such as "seconds". */
export function wholeNumber(minimum: number, maximum: number, unit?: string): SettingType<number> {
  const values = `a whole number${unit === undefined ? '' : ` of ${unit}`} from ${minimum} to ${maximum}`;
  return {
    values,
    schema: { type: 'integer', minimum, maximum, errorMessage: `must be ${values}` },
    read: (node) =>
      node.kind === 'scalar' && (node.type === 'int' || node.type === 'float')
        ? Number(node.value)
        : undefined,
  };
}

/** Just this word. */
export function word<const Word extends string>(only: Word): SettingType<Word> {
  return {
    values: only,
    schema: { const: only },
    read: (node) => (textOf(node) === only ? only : undefined),
  };
}

/** One of these words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): SettingType<Word> {
  return {
    values: `one of ${words.join(', ')}`,
    schema: { type: 'string', enum: words },
    read: (node) => words.find((each) => each === textOf(node)),
  };
}

/** The word `null`, for "none". */
export const nothing: SettingType<null> = {
  values: 'null',
  schema: { type: 'null' },
  read: (node) => (isNull(node) ? null : undefined),
};

/** A value of the first of these kinds that has one. */
export function anyOf<T extends Json>(...types: readonly SettingType<T>[]): SettingType<T> {
  const all = types.map(({ values }) => values);
  const values = `${all.slice(0, -1).join(', ')} or ${all.slice(-1).join('')}`;
  return {
    values,
    schema: { anyOf: types.map(({ schema }) => schema), errorMessage: `must be ${values}` },
    read: (node) => {
      for (const { read } of types) {
        const value = read(node);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

/** A list of texts that a pattern describes. `item` is what each one is, such as "one mount option". */
export function list(values: string, item: string, pattern: string): SettingType<readonly string[]> {
  return {
    values,
    schema: { type: 'array', items: { type: 'string', pattern, errorMessage: `must be ${item}` } },
    read: (node) => (node.kind === 'seq' ? node.items.flatMap((each) => textOf(each) ?? []) : undefined),
  };
}

/** A scalar as it is written; undefined for null, lists and mappings. */
export function textOf(node: YamlNode): string | undefined {
  return node.kind === 'scalar' && node.type !== 'null' ? node.text : undefined;
}
