import { EXPORT_TABLE_FILE, OWN_EXPORTS_FILE } from '../../formats/nfs-paths.ts';
import type { ExportLine } from '../../facts/nfs-server.ts';
import { exportedPath, exportWords } from '../../formats/exports.ts';

/** One client of one exported folder. */
export interface ExportEntry {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly client: string;
  readonly options: readonly string[];
}

/** Takes the lines of exports(5) apart. */
export function parseExportLines(lines: readonly ExportLine[]): readonly ExportEntry[] {
  return lines.flatMap(({ file, line, text }) => {
    const [first = '', ...rest] = exportWords(text);
    const path = exportedPath(first);
    const defaults = rest.filter((word) => word.startsWith('-')).flatMap((word) => word.slice(1).split(','));
    const clients = rest.filter((word) => !word.startsWith('-'));
    return (clients.length === 0 ? ['*'] : clients).map((word) => {
      const [, client = '', options = ''] = /^([^(]*)(?:\((.*)\))?$/.exec(word) ?? [];
      return {
        file,
        line,
        path,
        client: client === '' ? '*' : client,
        options: [...defaults, ...options.split(',')],
      };
    });
  });
}

/** Whether the server exports anything but the pool's own folders: then its NFS versions are not fastboot's alone. */
export function exportsOthers(entries: readonly ExportEntry[], ...own: readonly string[]): boolean {
  return entries.some(({ path }) => !own.includes(path));
}

/** Exports by others that open the pool, or a folder above it, to everyone or to other hosts' root (fact 2). */
export function dangerousExports(entries: readonly ExportEntry[], cache: string): readonly ExportEntry[] {
  return entries.filter(
    ({ file, path, client, options }) =>
      file !== OWN_EXPORTS_FILE &&
      file !== EXPORT_TABLE_FILE &&
      (path === cache || cache.startsWith(path === '/' ? path : `${path}/`)) &&
      (client === '*' || options.includes('no_root_squash')),
  );
}
