/** Reads tasks of a playbook: the resource with its parameters, and when it applies. */
import type { Json, JsonObject } from '../core/json.ts';
import { suggest } from '../core/suggest.ts';
import { entryOf, keyText, toPlain } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap, YamlNode } from '../core/yaml/node.ts';
import { schemaDiagnostics } from '../core/yaml/schema-diagnostics.ts';
import { resourceTypes } from '../resources/index.ts';
import type { AnyResource } from '../resources/resource.ts';
import { paramErrors } from '../resources/validate.ts';
import type { Task } from './playbook.ts';
import { placeOf, readWhen, reportError, textOf } from './read-helpers.ts';
import type { Reading } from './read-helpers.ts';
import { TASK_KEYS } from './schema.ts';

/** Reads one task; undefined where it has no valid resource. Errors are collected in `reading`. */
export async function readTask(node: YamlNode, folder: string, reading: Reading): Promise<Task | undefined> {
  if (node.kind !== 'map') {
    reportError(reading, node, 'a task must be a mapping with a name and one resource');
    return undefined;
  }
  const entry = resourceOf(node, reading);
  if (entry === undefined) return undefined;
  const type = keyText(entry.key);
  const resource = resourceTypes[type];
  if (resource === undefined) return undefined;
  if (entry.value.kind !== 'map') {
    reportError(reading, entry.value, `\`${type}\` needs its parameters as a mapping`);
    return undefined;
  }
  const { params, literals } = await readParams(resource, entry.value, folder, reading);
  const loop = entryOf(node, 'loop')?.value;
  return {
    kind: 'task',
    name: textOf(reading, node, 'name') ?? type,
    type,
    params,
    literals,
    when: readWhen(node, reading),
    loop: loop === undefined ? undefined : readLoop(loop, reading),
    notify: readNotify(node, reading),
    place: placeOf(node),
  };
}

/** The one entry of a task that is a resource. */
function resourceOf(node: YamlMap, reading: Reading): YamlEntry | undefined {
  const entries = node.entries.filter(({ key }) => !TASK_KEYS.includes(keyText(key)));
  const known = entries.filter(({ key }) => Object.hasOwn(resourceTypes, keyText(key)));
  for (const { key } of entries.filter((entry) => !known.includes(entry))) {
    const near = suggest(keyText(key), [...Object.keys(resourceTypes), ...TASK_KEYS]);
    reportError(
      reading,
      key,
      `there is no resource type \`${keyText(key)}\``,
      near === undefined ? `known: ${Object.keys(resourceTypes).join(', ')}` : `did you mean \`${near}\`?`,
    );
  }
  if (entries.length === 0) reportError(reading, node, 'this task has no resource');
  if (known.length > 1)
    reportError(reading, node, `this task has ${known.length} resources; a task must have exactly one`);
  return known.length === 1 ? known[0] : undefined;
}

interface Params {
  /** Texts in it may have `{{ }}`. */
  readonly params: JsonObject;
  /** Parameters in which no `{{ }}` is filled in. */
  readonly literals: JsonObject;
}

/** The parameters as data. The `src` and `template` of a file are read here and become its `content`. */
async function readParams(
  resource: AnyResource,
  node: YamlMap,
  folder: string,
  reading: Reading,
): Promise<Params> {
  const { src, template, ...given } = toPlain(node) as JsonObject;
  const sources = resource.type === 'file' ? { src, template } : {};
  let params: JsonObject = resource.type === 'file' ? given : (toPlain(node) as JsonObject);
  let literals: JsonObject = {};
  const named = Object.entries(sources).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  if (named.length + (given['content'] === undefined ? 0 : 1) > 1)
    reportError(reading, node, 'a file takes only one of `content`, `src` and `template`');
  for (const key of Object.keys(sources)) {
    const name = entryOf(node, key)?.value;
    if (name !== undefined && !named.some(([each]) => each === key))
      reportError(reading, name, `\`${key}\` must be the name of a file`);
  }
  for (const [key, name] of named) {
    const text = (await reading.text(folder, entryOf(node, key)?.value ?? node, name)) ?? '';
    if (key === 'src') literals = { content: text };
    else params = { ...params, content: text };
  }
  // errors of the whole mapping are about the names of parameters, which are known already
  const errors = paramErrors(resource, { ...params, ...literals }).filter(
    (error) => error.instancePath === '' || !isTemplated(error.data),
  );
  reading.diagnostics.push(...schemaDiagnostics(node, errors, resource.type));
  return { params, literals };
}

/** Whether a value has placeholders; it is checked once they are filled in. */
function isTemplated(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes('{{');
}

function readLoop(node: YamlNode, reading: Reading): readonly Json[] | string {
  if (node.kind === 'seq') return toPlain(node) as readonly Json[];
  if (node.kind === 'scalar' && node.type === 'string') return node.value;
  reportError(reading, node, '`loop` must be a list, or the name of one');
  return [];
}

function readNotify(node: YamlMap, reading: Reading): readonly string[] {
  const value = entryOf(node, 'notify')?.value;
  if (value === undefined) return [];
  const items = value.kind === 'seq' ? value.items : [value];
  return items.flatMap((item) => {
    if (item.kind === 'scalar' && item.type === 'string') return [item.value];
    reportError(reading, item, '`notify` must be the name of a handler, or a list of names');
    return [];
  });
}
