/** The data that YAML files are read into. */
import type { SourceText } from './source.ts';

/** A YAML value as PyYAML reads it: scalars have their YAML 1.1 types, merge keys and aliases are replaced, places are kept. */
export type YamlNode = YamlScalar | YamlMap | YamlSeq;

interface Place {
  readonly source: SourceText;
  readonly start: number;
  /** Levels below this node. */
  readonly height: number;
  /** How many nodes are in this tree when every alias is replaced. */
  readonly size: number;
}

/** A scalar by its type. */
export type ScalarValue =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  /** A `timestamp` is ISO text; `vault` and `unsafe` are without their tag; `binary` is as it is written. */
  | { readonly type: 'string' | 'timestamp' | 'vault' | 'unsafe' | 'binary'; readonly value: string };

/** A single value. */
export type YamlScalar = Place &
  ScalarValue & {
    readonly kind: 'scalar';
    /** As it is written, without quotes. */
    readonly text: string;
    /** Whether it is written without quotes. */
    readonly plain: boolean;
  };

/** A key of a mapping with its value. */
export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

/** A mapping, in the order of the file. */
export interface YamlMap extends Place {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
}

/** A list. */
export interface YamlSeq extends Place {
  readonly kind: 'seq';
  readonly items: readonly YamlNode[];
}

/** Large mappings are searched often, so their entries are kept by name. */
const indexes = new WeakMap<YamlMap, ReadonlyMap<string, YamlEntry>>();

/** The entry of a mapping under a name. */
export function entryOf(map: YamlMap, name: string): YamlEntry | undefined {
  if (map.entries.length < 32) return map.entries.find((entry) => keyText(entry.key) === name);
  const index = indexes.get(map) ?? new Map(map.entries.map((entry) => [keyText(entry.key), entry]));
  indexes.set(map, index);
  return index.get(name);
}

/** Whether a node is null. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.type === 'null';
}

/** A key as JSON writes it. */
export function keyText(key: YamlScalar): string {
  return key.type === 'string' ? key.value : String(key.value);
}

/** The value as plain JSON. Whole numbers beyond 2^53 lose digits; `!vault` and `!unsafe` become the objects that Ansible prints. */
export function toPlain(node: YamlNode): unknown {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [keyText(key), toPlain(value)]));
    case 'seq':
      return node.items.map(toPlain);
    case 'scalar':
      if (node.type === 'int') return Number(node.value);
      if (node.type === 'vault') return { __ansible_vault: node.value };
      if (node.type === 'unsafe') return { __ansible_unsafe: node.value };
      return node.value;
  }
}

/** What kind of value a node is, for a message. */
export function describeNode(node: YamlNode): string {
  if (node.kind === 'map') return 'a mapping';
  if (node.kind === 'seq') return 'a list';
  switch (node.type) {
    case 'null':
      return 'empty';
    case 'bool':
      return 'a boolean';
    case 'int':
    case 'float':
      return 'a number';
    case 'timestamp':
      return 'a date';
    case 'vault':
      return 'encrypted (!vault)';
    case 'string':
    case 'unsafe':
    case 'binary':
      return 'text';
  }
}

/** The node at a path of keys and positions, and the key that leads to it. Where the path ends early, the last node of it. */
export function nodeAt(
  root: YamlNode,
  path: readonly string[],
): { readonly node: YamlNode; readonly key: YamlScalar | undefined } {
  let node = root;
  let key: YamlScalar | undefined;
  for (const step of path) {
    if (node.kind === 'scalar') break;
    const entry = node.kind === 'map' ? entryOf(node, step) : undefined;
    const next = node.kind === 'seq' ? node.items[Number(step)] : entry?.value;
    if (next === undefined) break;
    [node, key] = [next, entry?.key ?? key];
  }
  return { node, key };
}
