/** The table of exports that an NFS server works by, `etab`: it has the form of exports(5), with one client a line. */
import { appendLines, linesOf } from '../lines.ts';
import { sameClient } from './client.ts';
import { parseExports, splitOptions } from './read.ts';
import type { ExportEntry } from './read.ts';
import { writeEntry, writePath } from './write.ts';

/** The clients that the table does not serve this path with all of these options. */
export function unserved(
  table: string,
  path: string,
  clients: readonly string[],
  options: string,
): readonly string[] {
  const entries = parseExports(table).filter((entry) => entry.path === path);
  const isServed = (client: string) =>
    entries.some(
      (entry) =>
        sameClient(client, entry.client) &&
        splitOptions(options).every((option) => entry.options.includes(option)),
    );
  return clients.filter((client) => !isServed(client));
}

/** The table after `exportfs -i -o OPTIONS CLIENT:PATH` for each client. */
export function withServed(table: string, path: string, clients: readonly string[], options: string): string {
  const isReplaced = (entry: ExportEntry) =>
    entry.path === path && clients.some((client) => sameClient(client, entry.client));
  return appendLines(
    withoutServed(table, isReplaced),
    clients.map((client) => `${writePath(path)}\t${writeEntry(client, options)}`),
  );
}

/** The table without these entries. */
export function withoutServed(table: string, isGone: (entry: ExportEntry) => boolean): string {
  return linesOf(table)
    .filter((line) => !parseExports(line).some(isGone))
    .join('');
}
