/** Reads `fastboot:` from an inventory's variables. */
import { entryOf, keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap } from '../core/yaml/node.ts';
import { makeSettings } from './settings-values.ts';
import type { Settings } from './settings.ts';
import type { Layer } from './variables.ts';

/** One key below `fastboot:` with its value, and the layer that sets it. */
export interface SettingEntry {
  readonly entry: YamlEntry;
  readonly layer: Layer;
}

/** The keys that are set, by their path, such as `pool.images`. Unknown ones are among them. */
export type SettingEntries = ReadonlyMap<string, SettingEntry>;

/** Merges `fastboot:` of all layers key by key; the last layer wins. Sections that are not mappings are left out. */
export function mergeSettings(layers: readonly Layer[]): SettingEntries {
  const merged = new Map<string, SettingEntry>();
  for (const layer of layers) {
    for (const section of sectionEntries(layer.vars)) {
      if (section.value.kind !== 'map') continue;
      for (const entry of section.value.entries) {
        merged.set(`${keyText(section.key)}.${keyText(entry.key)}`, { entry, layer });
      }
    }
  }
  return merged;
}

function sectionEntries(vars: YamlMap): readonly YamlEntry[] {
  const fastboot = entryOf(vars, 'fastboot')?.value;
  return fastboot?.kind === 'map' ? fastboot.entries : [];
}

/** Settings with the defaults filled in. A value that the schema refuses may become anything of its type. */
export function readSettings(merged: SettingEntries): Settings {
  return makeSettings((row) => {
    const node = merged.get(row.path)?.entry.value;
    const value = node === undefined ? undefined : row.type.read(node);
    // null is a value: `openrc: null`
    return value === undefined ? row.default : value;
  });
}
