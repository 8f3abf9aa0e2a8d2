/** Which exports of others endanger the pool, or share its server. */
import { isBelow } from '../../core/path.ts';
import { parseExportFiles } from '../../formats/exports/read.ts';
import type { LocatedExport } from '../../formats/exports/read.ts';
import { EXPORT_TABLE_FILE, OWN_EXPORTS_FILE } from '../../formats/nfs-paths.ts';

export { parseExportFiles as parseExportLines };
export type ExportEntry = LocatedExport;

/** Whether the server exports anything but the pool's own folders: then its NFS versions are not fastboot's alone. */
export function exportsOthers(entries: readonly ExportEntry[], ...own: readonly string[]): boolean {
  return entries.some(({ path }) => !own.includes(path));
}

/** Exports by others that open the pool, or a folder above it, to everyone or to other hosts' root (docs/facts.md#fact-2). */
export function dangerousExports(entries: readonly ExportEntry[], cache: string): readonly ExportEntry[] {
  return entries.filter(
    ({ file, path, client, options }) =>
      file !== OWN_EXPORTS_FILE &&
      file !== EXPORT_TABLE_FILE &&
      isBelow(cache, path) &&
      (client === '*' || options.includes('no_root_squash')),
  );
}
