/** Checks the settings of the pool: folders that do not overlap, and one value for the whole pool. */
import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../core/diagnostic.ts';
import { toPlain } from '../core/yaml/node.ts';
import type { YamlNode } from '../core/yaml/node.ts';
import { diagnose } from '../core/yaml/source.ts';
import type { DiagnosticText } from '../core/yaml/source.ts';
import type { ModelHost } from './model.ts';
import { mergeSettings, readSettings } from './read-settings.ts';
import type { SettingEntries } from './read-settings.ts';
import { isPoolSetting } from './settings-values.ts';
import type { Layer, Variables } from './variables.ts';

/** The highest id; `chown` takes one more to mean "no change". */
const MAX_ID = 2 ** 32 - 2;

const at = (node: YamlNode, finding: DiagnosticText): Diagnostic =>
  diagnose(node.source, node.start, finding);

/** @param clients the compute nodes and Glance's hosts */
export function checkPool(
  variables: Variables,
  backend: ModelHost,
  clients: readonly ModelHost[],
): Diagnostic[] {
  const layers = variables.layers(backend);
  const pool = mergeSettings(layers);
  const diagnostics = [...checkFolders(pool), ...checkOwner(pool)];
  const seen = new Set(layers.map((layer) => layer.vars));
  for (const host of clients) {
    for (const layer of variables.layers(host)) {
      if (seen.has(layer.vars)) continue;
      seen.add(layer.vars);
      diagnostics.push(...checkClientLayer(layer, pool, backend.name));
    }
  }
  return diagnostics;
}

function checkFolders(pool: SettingEntries): Diagnostic[] {
  const node = pool.get('pool.cache')?.entry.value ?? pool.get('pool.images')?.entry.value;
  const { images, cache } = readSettings(pool).pool;
  const isInside = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`);
  if (node === undefined || !(isInside(images, cache) || isInside(cache, images))) return [];
  const how = images === cache ? 'are the same folder' : 'overlap: one is inside the other';
  return [
    at(node, {
      message: `\`pool.images\` (${images}) and \`pool.cache\` (${cache}) ${how}`,
      hint: 'give two separate folders on one file system',
    }),
  ];
}

function checkOwner(pool: SettingEntries): Diagnostic[] {
  const node = pool.get('pool.owner')?.entry.value;
  const ids = readSettings(pool).pool.owner.split(':').map(Number);
  const isTooHigh = ids.some((id) => id > MAX_ID);
  return node !== undefined && isTooHigh
    ? [
        at(node, {
          message: `\`owner\` has an id above ${MAX_ID}`,
          hint: "give Glance's uid:gid on the backend",
        }),
      ]
    : [];
}

/** A setting of the whole pool that is set for compute nodes must have the value that the backend has. */
function checkClientLayer(layer: Layer, pool: SettingEntries, backend: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [path, { entry }] of mergeSettings([layer])) {
    if (!isPoolSetting(path)) continue;
    const set = pool.get(path)?.entry.value;
    if (set !== undefined && isDeepStrictEqual(toPlain(set), toPlain(entry.value))) continue;
    diagnostics.push(
      at(entry.key, {
        message: `\`${path}\` needs one value for the pool, but \`${backend}\` does not set the value that is set here`,
        hint: 'set it under `all`, or only for the backend',
      }),
    );
  }
  return diagnostics;
}
