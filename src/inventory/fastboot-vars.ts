import { entryOf, keyText } from '../core/yaml/node.ts';
import type { YamlEntry, YamlMap, YamlNode } from '../core/yaml/node.ts';
import { defaultSettings } from './inventory.ts';
import type { Settings } from './inventory.ts';
import type { Layer } from './variables.ts';

/** One key below `fastboot:` with its value, and the layer that sets it. */
export interface Setting {
  readonly entry: YamlEntry;
  readonly layer: Layer;
}

/** Settings by their path, such as `pool.images`. */
export type SettingMap = ReadonlyMap<string, Setting>;

/** `fastboot:` of all layers merged key by key, the last layer winning; sections that are no mappings are left out. */
export function mergeSettings(layers: readonly Layer[]): SettingMap {
  const merged = new Map<string, Setting>();
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

/** Settings with the defaults filled in; for settings that the schema accepts. */
export function toSettings(merged: SettingMap): Settings {
  const { pool, nfs, linkSync, nova, glance } = defaultSettings;
  const node = (path: string): YamlNode | undefined => merged.get(path)?.entry.value;
  const text = (path: string, byDefault: string): string => textOf(node(path)) ?? byDefault;
  const whole = (path: string, byDefault: number): number => wholeOf(node(path)) ?? byDefault;
  const schedule = text('link_sync.schedule', linkSync.schedule);
  const openrc = node('link_sync.openrc');
  return {
    pool: {
      images: text('pool.images', pool.images),
      cache: text('pool.cache', pool.cache),
      owner: text('pool.owner', pool.owner),
      mode: text('pool.mode', pool.mode).padStart(4, '0'),
    },
    nfs: {
      version: versionOf(node('nfs.version')) ?? nfs.version,
      threads: wholeOf(node('nfs.threads')) ?? 'auto',
      mountOptions: optionsOf(node('nfs.mount_options')) ?? nfs.mountOptions,
      copyLimit: wholeOf(node('nfs.copy_limit')) ?? nfs.copyLimit,
    },
    linkSync: {
      interval: whole('link_sync.interval', linkSync.interval),
      schedule: schedule === 'systemd' || schedule === 'cron' ? schedule : 'auto',
      openrc:
        openrc?.kind === 'scalar' && openrc.type === 'null' ? null : (textOf(openrc) ?? linkSync.openrc),
      settle: whole('link_sync.settle', linkSync.settle),
    },
    nova: {
      instances: text('nova.instances', nova.instances),
      service: text('nova.service', nova.service),
    },
    glance: {
      store: text('glance.store', glance.store),
      service: text('glance.service', glance.service),
    },
  };
}

/** A scalar as it is written. */
function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.type !== 'null' ? node.text : undefined;
}

/** `4.10` without quotes is the number 4.1. */
function versionOf(node: YamlNode | undefined): string | undefined {
  const text = textOf(node);
  return text === undefined || /^4(?:\.[0-2])?$/.test(text) ? text : String(Number(text));
}

function wholeOf(node: YamlNode | undefined): number | undefined {
  return node?.kind === 'scalar' && (node.type === 'int' || node.type === 'float')
    ? Number(node.value)
    : undefined;
}

function optionsOf(node: YamlNode | undefined): string[] | undefined {
  return node?.kind === 'seq' ? node.items.flatMap((item) => textOf(item) ?? []) : undefined;
}
