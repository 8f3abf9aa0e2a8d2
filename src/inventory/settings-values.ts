/** Settings as values: the defaults, those of one host, and those that playbooks see. All are made from the table in settings.ts. */
import type { Json, JsonObject } from '../core/json.ts';
import { SECTIONS, SETTINGS } from './settings.ts';
import type { SettingRow, Settings } from './settings.ts';

/** The settings where the inventory sets none. */
export const defaultSettings: Settings = makeSettings((row) => row.default);

/** Settings from one value for each row. The caller gives each row a value of the row's own type. */
export function makeSettings(valueOf: (row: SettingRow) => Json): Settings {
  const settings: Record<string, Record<string, Json>> = {};
  for (const row of SETTINGS as readonly SettingRow[]) {
    const [section, key] = namesOf(row);
    (settings[section] ??= {})[key] = valueOf(row);
  }
  // the type is made from the same rows
  return settings as unknown as Settings;
}

/** The value of one row. */
export function settingValue(settings: Settings, row: SettingRow): Json {
  const [section, key] = namesOf(row);
  return (settings as unknown as Readonly<Record<string, JsonObject>>)[section]?.[key] ?? null;
}

/** The settings of a host, with those of the whole pool taken from the backend. */
export function withPoolSettings(own: Settings, backend: Settings): Settings {
  return makeSettings((row) => settingValue(row.scope === 'pool' ? backend : own, row));
}

/** The settings under the names that the inventory uses: `{{ fastboot.nfs.copy_limit }}` in playbooks. */
export function settingsVariables(settings: Settings): JsonObject {
  return Object.fromEntries(
    Object.keys(SECTIONS).map((section) => [
      section,
      Object.fromEntries(rowsOf(section).map((row) => [keyOf(row), settingValue(settings, row)])),
    ]),
  );
}

/** The rows of one section, in the table's order. */
export function rowsOf(section: string): readonly SettingRow[] {
  return (SETTINGS as readonly SettingRow[]).filter(({ path }) => path.startsWith(`${section}.`));
}

/** The last part of a row's path: `copy_limit`. */
export function keyOf({ path }: SettingRow): string {
  return path.slice(path.indexOf('.') + 1);
}

/** Section and key as `Settings` names them. */
function namesOf(row: SettingRow): readonly [string, string] {
  const [section = ''] = row.path.split('.');
  return [camelCase(section), camelCase(keyOf(row))];
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether the value that the backend has counts for all hosts. False for a path that is not a setting. */
export function isPoolSetting(path: string): boolean {
  return (SETTINGS as readonly SettingRow[]).some((row) => row.path === path && row.scope === 'pool');
}
