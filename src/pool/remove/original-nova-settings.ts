/** What nova's settings will be once fastboot's own are gone. */
import type { ConfigFile } from '../../formats/oslo-config.ts';
import type { Nova, NovaUnit } from '../../facts/nova.ts';
import { backupOf } from '../../core/host-paths.ts';
import { withOriginalOption } from '../../formats/ini.ts';
import { novaSettings } from '../nodes/nova-settings.ts';
import type { NovaSettings } from '../nodes/nova-settings.ts';

export interface OriginalSettings {
  /** Files with a line that fastboot changed. */
  readonly files: readonly string[];
  readonly keepsBaseFiles: boolean;
}

/** What fastboot sets in files that nova reads after fastboot's drop-in (docs/facts.md#fact-17). */
const OPTION = { section: 'image_cache', option: 'remove_unused_base_images', value: 'false' };

/** The copies of nova's files from before fastboot first changed them. */
export function backupFiles({ files }: Nova, dropIn: string): readonly string[] {
  return files.filter(({ path }) => path !== dropIn).map(({ path }) => backupOf(path));
}

/**
 * Works out nova's settings without the drop-in. Where fastboot changed the option in another file, that file has its
 * former value. Pure.
 *
 * @param backup the text of a copy; null where there is none
 */
export function originalSettings(
  nova: Nova,
  unit: NovaUnit | undefined,
  { dropIn }: NovaSettings,
  backup: (path: string) => string | null,
): OriginalSettings {
  const changed: string[] = [];
  const files = nova.files
    .filter(({ path }) => path !== dropIn)
    .map((file): ConfigFile => {
      const kept = backup(backupOf(file.path));
      if (kept === null) return file;
      const text = `${file.lines.join('\n')}\n`;
      const original = withOriginalOption(text, kept, OPTION);
      if (original === text) return file;
      changed.push(file.path);
      return { ...file, lines: original.split('\n') };
    });
  return { files: changed, keepsBaseFiles: novaSettings({ ...nova, files }, unit).keepsBaseFiles };
}
