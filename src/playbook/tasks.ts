import type { Json, JsonObject } from '../core/json.ts';
import { suggest } from '../core/suggest.ts';
import { entryOf, keyText, toPlain } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap, YamlNode } from '../core/yaml/node.ts';
import { schemaDiagnostics } from '../core/yaml/schema-diagnostics.ts';
import { resourceTypes } from '../resources/index.ts';
import type { AnyResource } from '../resources/resource.ts';
import { paramErrors } from '../resources/validate.ts';
import type { Task } from './playbook.ts';
import { complain, placeOf, readWhen, textOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { TASK_KEYS } from './schema.ts';

/** Reads one task; undefined where it is so wrong that nothing can be made of it. Errors go to `reading`. */
export async function readTask(node: YamlNode, folder: string, reading: Reading): Promise<Task | undefined> {
  if (node.kind !== 'map') {
    complain(reading, node, 'a task is a mapping with a name and one resource');
    return undefined;
  }
  const entry = resourceOf(node, reading);
  if (entry === undefined) return undefined;
  const type = keyText(entry.key);
  const resource = resourceTypes[type];
  if (resource === undefined) return undefined;
  if (entry.value.kind !== 'map') {
    complain(reading, entry.value, `\`${type}\` needs its parameters as a mapping`);
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
    complain(
      reading,
      key,
      `there is no resource type \`${keyText(key)}\``,
      near === undefined ? `known: ${Object.keys(resourceTypes).join(', ')}` : `did you mean \`${near}\`?`,
    );
  }
  if (entries.length === 0) complain(reading, node, 'this task has no resource');
  if (known.length > 1)
    complain(reading, node, `this task has ${known.length} resources; one task holds one`);
  return known.length === 1 ? known[0] : undefined;
}

interface Params {
  readonly params: JsonObject;
  readonly literals: JsonObject;
}

/** The parameters as data; a file's `src` and `template` are read here and become its `content`. */
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
    complain(reading, node, 'a file has one of `content`, `src` and `template`');
  for (const key of Object.keys(sources)) {
    const name = entryOf(node, key)?.value;
    if (name !== undefined && !named.some(([each]) => each === key))
      complain(reading, name, `\`${key}\` must be the name of a file`);
  }
  for (const [key, name] of named) {
    const text = (await reading.text(folder, entryOf(node, key)?.value ?? node, name)) ?? '';
    if (key === 'src') literals = { content: text };
    else params = { ...params, content: text };
  }
  // what is said of the parameters as a whole is about their names, which are known already
  const errors = paramErrors(resource, { ...params, ...literals }).filter(
    (error) => error.instancePath === '' || !isTemplated(error.data),
  );
  reading.diagnostics.push(...schemaDiagnostics(node, errors, resource.type));
  return { params, literals };
}

/** A value that is only known once its placeholders are filled in is checked then. */
function isTemplated(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes('{{');
}

function readLoop(node: YamlNode, reading: Reading): readonly Json[] | string {
  if (node.kind === 'seq') return toPlain(node) as readonly Json[];
  if (node.kind === 'scalar' && node.type === 'string') return node.value;
  complain(reading, node, '`loop` is a list, or the name of one');
  return [];
}

function readNotify(node: YamlMap, reading: Reading): readonly string[] {
  const value = entryOf(node, 'notify')?.value;
  if (value === undefined) return [];
  const items = value.kind === 'seq' ? value.items : [value];
  return items.flatMap((item) => {
    if (item.kind === 'scalar' && item.type === 'string') return [item.value];
    complain(reading, item, '`notify` names handlers');
    return [];
  });
}
