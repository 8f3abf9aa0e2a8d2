import type { createHash } from 'node:crypto';
import type { Diagnostic } from '../core/diagnostic.ts';
import { suggest } from '../core/suggest.ts';
import { entryOf, keyText } from '../core/yaml/node.ts';
import type { YamlMap, YamlNode } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import { parseCondition } from './condition.ts';
import type { Place } from './playbook.ts';

/** What is collected while the files of a playbook are read. */
export interface Reading {
  readonly diagnostics: Diagnostic[];
  readonly digest: ReturnType<typeof createHash>;
  /** Reads a text beside the playbook; a missing one is reported at the node that names it. */
  text(folder: string, node: YamlNode, name: string): Promise<string | undefined>;
}

/** `when:` as a list of conditions, each of which must hold. */
export function readWhen(node: YamlMap, reading: Reading): readonly string[] {
  const value = entryOf(node, 'when')?.value;
  if (value === undefined) return [];
  const items = value.kind === 'seq' ? value.items : [value];
  return items.map((item) => {
    const text = item.kind === 'scalar' ? String(item.value) : '';
    const parsed = parseCondition(text);
    if (!parsed.ok) complain(reading, item, `when: ${parsed.error}`);
    return text;
  });
}

export function textOf(reading: Reading, node: YamlMap, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  if (value === undefined) return undefined;
  if (value.kind === 'scalar' && value.type === 'string') return value.value;
  complain(reading, value, `\`${key}\` must be text`);
  return undefined;
}

export function rejectUnknown(reading: Reading, node: YamlMap, known: readonly string[], what: string): void {
  for (const { key } of node.entries.filter((entry) => !known.includes(keyText(entry.key)))) {
    const near = suggest(keyText(key), known);
    complain(
      reading,
      key,
      `unknown key \`${keyText(key)}\` in ${what}`,
      near === undefined ? `known keys: ${known.join(', ')}` : `did you mean \`${near}\`?`,
    );
  }
}

export function complain(reading: Reading, node: YamlNode, message: string, hint?: string): void {
  reading.diagnostics.push(diagnose(node.source, node.start, { message, hint }));
}

export function placeOf(node: YamlNode): Place {
  return { file: node.source.file, ...node.source.position(node.start) };
}
