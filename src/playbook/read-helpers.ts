/** Helpers for reading playbooks: texts, conditions, unknown keys, errors with their places. */
import type { createHash } from 'node:crypto';
import type { Diagnostic } from '../core/diagnostic.ts';
import { suggest } from '../core/suggest.ts';
import { entryOf, keyText } from '../core/yaml/node.ts';
import type { YamlMap, YamlNode } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import { parseCondition } from './condition.ts';
import type { Place } from './playbook.ts';

/** Collects what is read and what is wrong while the files of a playbook are read. */
export interface Reading {
  readonly diagnostics: Diagnostic[];
  readonly digest: ReturnType<typeof createHash>;
  /** Reads a file beside the playbook; undefined where it cannot be read, which is an error at the node that names it. */
  text(folder: string, node: YamlNode, name: string): Promise<string | undefined>;
}

/** `when:` as a list of conditions; all of them must be met. */
export function readWhen(node: YamlMap, reading: Reading): readonly string[] {
  const value = entryOf(node, 'when')?.value;
  if (value === undefined) return [];
  const items = value.kind === 'seq' ? value.items : [value];
  return items.map((item) => {
    const text = item.kind === 'scalar' ? String(item.value) : '';
    const parsed = parseCondition(text);
    if (!parsed.ok) reportError(reading, item, `when: ${parsed.error}`);
    return text;
  });
}

/** The text under a key; undefined where there is none. Another type is an error. */
export function textOf(reading: Reading, node: YamlMap, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  if (value === undefined) return undefined;
  if (value.kind === 'scalar' && value.type === 'string') return value.value;
  reportError(reading, value, `\`${key}\` must be text`);
  return undefined;
}

/** Reports every key that is not known. `what` is what has the keys, such as "a play". */
export function rejectUnknown(reading: Reading, node: YamlMap, known: readonly string[], what: string): void {
  for (const { key } of node.entries.filter((entry) => !known.includes(keyText(entry.key)))) {
    const near = suggest(keyText(key), known);
    reportError(
      reading,
      key,
      `unknown key \`${keyText(key)}\` in ${what}`,
      near === undefined ? `known keys: ${known.join(', ')}` : `did you mean \`${near}\`?`,
    );
  }
}

/** Adds an error at a node. */
export function reportError(reading: Reading, node: YamlNode, message: string, hint?: string): void {
  reading.diagnostics.push(diagnose(node.source, node.start, { message, hint }));
}

/** The place of a node. */
export function placeOf(node: YamlNode): Place {
  return { file: node.source.file, ...node.source.position(node.start) };
}
