import { isAlias, isMap, isScalar, isSeq, Scalar } from 'yaml';
import type { Node as AstNode, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Diagnostic } from '../diagnostic.ts';
import type { ScalarValue, YamlEntry, YamlMap, YamlNode, YamlScalar } from './node.ts';
import { keyText } from './node.ts';
import { resolveJson, resolvePlain, resolveTagged, ScalarError } from './scalar.ts';
import { createSource, diagnose } from './source.ts';
import type { SourceText } from './source.ts';
import { parseSyntax } from './syntax.ts';

export const maxDepth = 100;
const maxSize = 2_000_000;
const maxCopied = 1_000_000;
const maxDiagnostics = 500;
const yamlTag = 'tag:yaml.org,2002:';

/** A file read as YAML 1.1. Without a root there are errors that left nothing to look at. */
export interface YamlDocument {
  readonly source: SourceText;
  readonly root: YamlNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML as PyYAML with Ansible's loader does, so YAML 1.1 with merge keys and the tags `!vault` and `!unsafe`;
 * text that is JSON is typed as JSON, as Ansible does. A key twice in one mapping is an error, and so are nesting
 * deeper than 100 and aliases that grow without bound. Never throws.
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const source = createSource(file, text);
  const { document, diagnostics } = parseSyntax(source);
  if (document === undefined || diagnostics.length > 0) return { source, root: undefined, diagnostics };
  const context: Context = {
    source,
    resolve: isJson(text) ? resolveJson : resolvePlain,
    anchors: new Map(),
    diagnostics: [],
    copied: 0,
    tooLarge: false,
  };
  const root = compose(context, document.contents, 0, 0);
  return { source, root: context.tooLarge ? undefined : root, diagnostics: context.diagnostics };
}

function isJson(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Context {
  readonly source: SourceText;
  readonly resolve: (text: string) => ScalarValue;
  /** `undefined` while the node that carries the anchor is being read. */
  readonly anchors: Map<string, YamlNode | undefined>;
  readonly diagnostics: Diagnostic[];
  /** Nodes copied by merge keys and `!unsafe`. */
  copied: number;
  tooLarge: boolean;
}

function report(context: Context, offset: number, message: string, hint?: string): void {
  if (context.diagnostics.length >= maxDiagnostics) return;
  context.diagnostics.push(diagnose(context.source, offset, { message, hint }));
}

function compose(context: Context, ast: unknown, depth: number, offset: number): YamlNode {
  const node = ast as AstNode | null;
  const start = node?.range?.[0] ?? offset;
  if (context.tooLarge) return scalar(context, start, '', true, { type: 'null', value: null });
  if (isAlias(node)) return composeAlias(context, node.source, start, depth);
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) {
    if (context.anchors.has(anchor))
      report(context, start, `the anchor \`&${anchor}\` is set twice in this file`);
    context.anchors.set(anchor, undefined);
  }
  const made = composeNode(context, node, depth, start);
  if (anchor !== undefined) context.anchors.set(anchor, made);
  if (made.size > maxSize || depth + made.height > maxDepth) tooLarge(context, start, made.size > maxSize);
  return made;
}

function tooLarge(context: Context, start: number, size: boolean): void {
  if (context.tooLarge) return;
  context.tooLarge = true;
  report(
    context,
    start,
    size ? 'written out, the aliases make millions of values' : `nested more than ${maxDepth} levels deep`,
  );
}

function composeNode(context: Context, node: AstNode | null, depth: number, start: number): YamlNode {
  const deep = depth > maxDepth;
  if (deep) tooLarge(context, start, false);
  if (isMap(node) && !deep) return composeMap(context, node, depth, start);
  if (isSeq(node) && !deep) return composeSeq(context, node, depth, start);
  if (!isScalar(node) || deep) return scalar(context, start, '', true, { type: 'null', value: null });
  const text = String(node.value);
  const plain = node.type === Scalar.PLAIN;
  return scalar(context, start, text, plain, scalarValue(context, node.tag, text, plain, start));
}

function scalar(
  context: Context,
  start: number,
  text: string,
  plain: boolean,
  value: ScalarValue,
): YamlScalar {
  return { kind: 'scalar', source: context.source, start, height: 0, size: 1, text, plain, ...value };
}

function scalarValue(
  context: Context,
  tag: string | undefined,
  text: string,
  plain: boolean,
  start: number,
): ScalarValue {
  try {
    if (tag === undefined || tag === '!')
      return plain ? context.resolve(text) : { type: 'string', value: text };
    const value = resolveTagged(tag, text);
    if (value !== undefined) return value;
    report(context, start, `unknown tag \`${shortTag(tag)}\``, 'Ansible knows !vault and !unsafe');
  } catch (error) {
    if (!(error instanceof ScalarError)) throw error;
    report(context, start, error.message, 'put the text in quotes');
  }
  return { type: 'string', value: text };
}

const shortTag = (tag: string): string => (tag.startsWith(yamlTag) ? `!!${tag.slice(yamlTag.length)}` : tag);

function composeAlias(context: Context, name: string, start: number, depth: number): YamlNode {
  const target = context.anchors.get(name);
  if (target !== undefined) {
    if (depth + target.height > maxDepth) tooLarge(context, start, false);
    return target;
  }
  const message = context.anchors.has(name)
    ? `the alias \`*${name}\` stands inside of what it names`
    : `no anchor \`&${name}\` before this alias`;
  report(context, start, message);
  return scalar(context, start, '', true, { type: 'null', value: null });
}

function composeSeq(context: Context, node: YAMLSeq, depth: number, start: number): YamlNode {
  const items = node.items.map((item) => compose(context, item, depth + 1, start));
  const tag = node.tag?.startsWith(yamlTag) === true ? node.tag.slice(yamlTag.length) : node.tag;
  const seq = sequence(context, start, items);
  if (tag === undefined || tag === 'seq' || tag === '!') return seq;
  if (tag === '!unsafe') return asUnsafe(context, seq);
  if (tag !== 'omap' && tag !== 'pairs') {
    report(context, start, `unknown tag \`${shortTag(node.tag ?? '')}\` on a list`);
    return seq;
  }
  const pairs = items.flatMap((item) =>
    item.kind === 'map'
      ? item.entries.map(({ key, value }) => sequence(context, item.start, [key, value]))
      : [item],
  );
  return sequence(context, start, pairs);
}

function sequence(context: Context, start: number, items: readonly YamlNode[]): YamlNode {
  return { kind: 'seq', source: context.source, start, items, ...measure(items) };
}

function composeMap(context: Context, node: YAMLMap, depth: number, start: number): YamlNode {
  const own = new Map<string, YamlEntry>();
  const merged: YamlEntry[] = [];
  for (const pair of node.items) {
    if (isMergeKey(pair)) mergeInto(merged, context, compose(context, pair.value, depth + 1, start));
    else composeEntry(context, own, pair, depth, start);
  }
  const all = merged.length === 0 ? own : new Map<string, YamlEntry>();
  // the first mention gives the place in the order, the last one the value, as in a Python dict
  if (merged.length > 0) {
    for (const entry of [...merged, ...own.values()]) all.set(keyId(entry.key), entry);
  }
  const entries = [...all.values()];
  const values = entries.map((entry) => entry.value);
  const map: YamlMap = { kind: 'map', source: context.source, start, entries, ...measure(values) };
  const tag = node.tag;
  if (tag === '!unsafe') return asUnsafe(context, map);
  if (tag !== undefined && tag !== '!' && tag !== `${yamlTag}map`) {
    report(context, start, `unknown tag \`${shortTag(tag)}\` on a mapping`);
  }
  return map;
}

function composeEntry(
  context: Context,
  own: Map<string, YamlEntry>,
  pair: Pair,
  depth: number,
  start: number,
): void {
  const key = composeKey(context, pair, depth + 1, start);
  const value = compose(context, pair.value, depth + 1, key.start);
  if (key.kind !== 'scalar') {
    report(
      context,
      key.start,
      'a key must be text, not a list or a mapping',
      'put text that begins with `{` or `[` in quotes',
    );
    return;
  }
  const first = own.get(keyId(key));
  if (first !== undefined) {
    const line = context.source.position(first.key.start).line;
    // an alias stands elsewhere than what it names
    const place = (pair.key as AstNode | null)?.range?.[0] ?? key.start;
    report(context, place, `the key \`${keyText(key)}\` stands twice in this mapping; first on line ${line}`);
  }
  own.set(keyId(key), { key, value });
}

/** A lone `=` is text where it is a key, and nowhere else. */
function composeKey(context: Context, { key }: Pair, depth: number, start: number): YamlNode {
  if (!isScalar(key) || key.value !== '=' || key.type !== Scalar.PLAIN)
    return compose(context, key, depth, start);
  return scalar(context, key.range?.[0] ?? start, '=', true, { type: 'string', value: '=' });
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN && key.tag === undefined;
}

function mergeInto(entries: YamlEntry[], context: Context, value: YamlNode): void {
  const sources = value.kind === 'seq' ? [...value.items].reverse() : [value];
  for (const source of new Set(sources)) {
    if (source.kind !== 'map') {
      report(context, source.start, '`<<` takes a mapping or a list of mappings');
      continue;
    }
    copied(context, source.entries.length, value.start);
    if (context.tooLarge) return;
    for (const entry of source.entries) entries.push(entry);
  }
}

function copied(context: Context, count: number, start: number): void {
  context.copied += count;
  if (context.copied > maxCopied) tooLarge(context, start, true);
}

/** Equal for keys that are equal in Python: 1, 1.0 and true are. */
function keyId(key: YamlScalar): string {
  if (key.type === 'string') return key.value;
  // a control character that no text holds keeps other types apart from text
  return key.type === 'int' || key.type === 'float' || key.type === 'bool'
    ? `\u0001${Number(key.value)}`
    : `\u0001${key.type} ${String(key.value)}`;
}

function measure(children: readonly YamlNode[]): { height: number; size: number } {
  let height = 0;
  let size = 1;
  for (const child of children) {
    height = Math.max(height, child.height);
    size += child.size;
  }
  return { height: height + 1, size };
}

/** `!unsafe` on a list or a mapping holds for all text in it. */
function asUnsafe(context: Context, node: YamlNode): YamlNode {
  copied(context, 1, node.start);
  if (context.tooLarge) return node;
  switch (node.kind) {
    case 'map': {
      const entries = node.entries.map(({ key, value }) => ({ key, value: asUnsafe(context, value) }));
      return { ...node, entries };
    }
    case 'seq':
      return { ...node, items: node.items.map((item) => asUnsafe(context, item)) };
    case 'scalar':
      return node.type === 'string' ? { ...node, type: 'unsafe' } : node;
  }
}
