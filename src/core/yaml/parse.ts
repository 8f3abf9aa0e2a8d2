/** Reads YAML files as Ansible does. */
import { isAlias, isMap, isScalar, isSeq, Scalar } from 'yaml';
import type { Node as AstNode, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Diagnostic } from '../diagnostic.ts';
import { MAX_DEPTH, MAX_SIZE, measure, report, tooLarge } from './parse-state.ts';
import type { Context } from './parse-state.ts';
import { isMergeKey, keyId, mergeInto } from './merge-keys.ts';
import type { ScalarValue, YamlEntry, YamlMap, YamlNode, YamlScalar } from './node.ts';
import { keyText } from './node.ts';
import { resolveJson, resolvePlain, resolveTagged, ScalarError } from './scalar.ts';
import { createSource } from './source.ts';
import type { SourceText } from './source.ts';
import { parseSyntax } from './syntax.ts';
import { asUnsafe } from './unsafe.ts';

const YAML_TAG = 'tag:yaml.org,2002:';

/** A file read as YAML 1.1. Without a root, errors left nothing to look at. */
export interface YamlDocument {
  readonly source: SourceText;
  readonly root: YamlNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML as PyYAML with Ansible's loader does: YAML 1.1 with merge keys and the tags `!vault` and `!unsafe`. In a file that
 * is JSON, values have JSON's types, as with Ansible. These are errors: a key twice in one mapping, more than 100 levels of
 * nesting, and aliases that make millions of values. Never throws.
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
  if (made.size > MAX_SIZE || depth + made.height > MAX_DEPTH)
    tooLarge(context, start, made.size > MAX_SIZE ? 'size' : 'depth');
  return made;
}

function composeNode(context: Context, node: AstNode | null, depth: number, start: number): YamlNode {
  const deep = depth > MAX_DEPTH;
  if (deep) tooLarge(context, start, 'depth');
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

const shortTag = (tag: string): string =>
  tag.startsWith(YAML_TAG) ? `!!${tag.slice(YAML_TAG.length)}` : tag;

function composeAlias(context: Context, name: string, start: number, depth: number): YamlNode {
  const target = context.anchors.get(name);
  if (target !== undefined) {
    if (depth + target.height > MAX_DEPTH) tooLarge(context, start, 'depth');
    return target;
  }
  const message = context.anchors.has(name)
    ? `the alias \`*${name}\` is inside of the value that it names`
    : `no anchor \`&${name}\` before this alias`;
  report(context, start, message);
  return scalar(context, start, '', true, { type: 'null', value: null });
}

function composeSeq(context: Context, node: YAMLSeq, depth: number, start: number): YamlNode {
  const items = node.items.map((item) => compose(context, item, depth + 1, start));
  const tag = node.tag?.startsWith(YAML_TAG) === true ? node.tag.slice(YAML_TAG.length) : node.tag;
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
  // as in a Python dict: the first mention gives the position, the last one gives the value
  if (merged.length > 0) {
    for (const entry of [...merged, ...own.values()]) all.set(keyId(entry.key), entry);
  }
  const entries = [...all.values()];
  const values = entries.map((entry) => entry.value);
  const map: YamlMap = { kind: 'map', source: context.source, start, entries, ...measure(values) };
  const tag = node.tag;
  if (tag === '!unsafe') return asUnsafe(context, map);
  if (tag !== undefined && tag !== '!' && tag !== `${YAML_TAG}map`) {
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
    // a key may be an alias: its own place, not that of its anchor
    const place = (pair.key as AstNode | null)?.range?.[0] ?? key.start;
    report(
      context,
      place,
      `the key \`${keyText(key)}\` appears twice in this mapping, first on line ${line}`,
    );
  }
  own.set(keyId(key), { key, value });
}

/** `=` alone is text where it is a key, and only there. */
function composeKey(context: Context, { key }: Pair, depth: number, start: number): YamlNode {
  if (!isScalar(key) || key.value !== '=' || key.type !== Scalar.PLAIN)
    return compose(context, key, depth, start);
  return scalar(context, key.range?.[0] ?? start, '=', true, { type: 'string', value: '=' });
}
