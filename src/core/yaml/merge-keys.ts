/** Merge keys of YAML 1.1: `<<: *other` takes over the entries of other mappings. */
import { isScalar, Scalar } from 'yaml';
import type { Pair } from 'yaml';
import { countCopies, report } from './parse-state.ts';
import type { Context } from './parse-state.ts';
import type { YamlEntry, YamlNode, YamlScalar } from './node.ts';

/** Whether the key of a pair is `<<`. */
export function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN && key.tag === undefined;
}

/** Adds the entries that a merge key takes over; the first mapping of a list wins, so it comes last. */
export function mergeInto(entries: YamlEntry[], context: Context, value: YamlNode): void {
  const sources = value.kind === 'seq' ? [...value.items].reverse() : [value];
  for (const source of new Set(sources)) {
    if (source.kind !== 'map') {
      report(context, source.start, '`<<` takes a mapping or a list of mappings');
      continue;
    }
    countCopies(context, source.entries.length, value.start);
    if (context.tooLarge) return;
    for (const entry of source.entries) entries.push(entry);
  }
}

/** Equal for keys that are equal in Python, such as 1, 1.0 and true. */
export function keyId(key: YamlScalar): string {
  if (key.type === 'string') return key.value;
  // no text has this control character, so keys of other types never equal a text
  return key.type === 'int' || key.type === 'float' || key.type === 'bool'
    ? `\u0001${Number(key.value)}`
    : `\u0001${key.type} ${String(key.value)}`;
}
