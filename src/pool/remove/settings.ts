import type { ConfigFile } from '../../formats/oslo-config.ts';
import type { Nova, NovaUnit } from '../../facts/nova.ts';
import { backupOf } from '../../core/host-paths.ts';
import { withOriginalOption } from '../../formats/ini.ts';
import { novaSettings } from '../nodes/nova-settings.ts';
import type { NovaSettings } from '../nodes/nova-settings.ts';

/** What nova's settings come to once fastboot's own are gone. */
export interface OriginalSettings {
  /** Files with a line that fastboot changed. */
  readonly files: readonly string[];
  readonly keepsBaseFiles: boolean;
}

/** The option that fastboot sets in files that nova reads after its drop-in (fact 17), with its value. */
const OPTION = { section: 'image_cache', option: 'remove_unused_base_images', value: 'false' };

/** Where nova's files are kept as they were before fastboot first changed them. */
export function backupFiles({ files }: Nova, dropIn: string): readonly string[] {
  return files.filter(({ path }) => path !== dropIn).map(({ path }) => backupOf(path));
}

/**
 * Works out nova's settings without the drop-in, and with that option where fastboot changed it as it was before. Pure.
 *
 * @param backup the text of a kept file; null where none was kept
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
