/** Withdraws exports from clients, for `nfs_export` with `state: absent`. */
import { EXPORT_TABLE_FILE, NFSD_FOLDER } from '../formats/nfs-paths.ts';
import { content } from '../facts/content.ts';
import { exportLines } from '../facts/nfs-server.ts';
import type { Query } from '../facts/fact.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { quote, quoteAll, setVariables } from '../shell/quote.ts';
import functions from './nfs-withdraw.sh';
import { clientPattern } from '../formats/grep-pattern.ts';
import { sameClient } from '../formats/exports/client.ts';
import { parseExportFiles, parseExports, readExportLines } from '../formats/exports/read.ts';
import type { ExportEntry } from '../formats/exports/read.ts';
import { withoutServed } from '../formats/exports/table.ts';
import { exportArgument } from '../formats/exports/write.ts';
import { bareLine, linesOf } from '../formats/lines.ts';
import { blockedDrift } from './resource.ts';
import type { ChangeSpec, Drift } from './resource.ts';

/** The exports of one folder to these clients, as far as they come from this file. */
export interface Withdrawal {
  readonly path: string;
  readonly clients: readonly string[];
  readonly file: string;
}

/** A client's lease lasts 90 s at most; then the server takes it for gone. */
const MAX_WAIT_S = 120;

export function withdrawQueries({ file }: Withdrawal): readonly Query[] {
  return [content({ path: file }), content({ path: EXPORT_TABLE_FILE }), exportLines({})];
}

/** The drift where the file or the server's table still exports to the clients. What other files export stays. */
export function withdrawDrift(wanted: Withdrawal, state: State): readonly Drift[] {
  const { path, file } = wanted;
  const text = state.read(content({ path: file })) ?? '';
  const table = state.read(content({ path: EXPORT_TABLE_FILE })) ?? '';
  const own = readExportLines(text).filter(({ entries }) => entries.some((each) => isMeant(wanted, each)));
  const rows = own.map(({ from, to, entries }) => ({ row: bareLine(text.slice(from, to)), entries }));
  const obstacle = rows.flatMap(({ row, entries }) => obstacleIn(wanted, row, entries))[0];
  if (obstacle !== undefined) return [obstacle];
  const others = parseExportFiles(
    state.read(exportLines({})).filter((row) => row.file !== file && row.file !== EXPORT_TABLE_FILE),
  );
  const isServed = (each: ExportEntry) =>
    isMeant(wanted, each) &&
    !others.some((other) => other.path === path && sameClient(other.client, each.client));
  const served = parseExports(table).filter(isServed);
  if (rows.length === 0 && served.length === 0) return [];
  const lines = [...new Set(rows.map(({ row }) => row))];
  return [
    {
      action: 'delete',
      before: { lines, served: served.map(({ client }) => client) },
      after: null,
      reason: 'still exported',
      risk: 'none',
      predicted: [
        predict(
          content({ path: file }),
          linesOf(text)
            .filter((row) => !lines.includes(bareLine(row)))
            .join(''),
        ),
        predict(content({ path: EXPORT_TABLE_FILE }), withoutServed(table, isServed)),
      ],
    },
  ];
}

/** Why a line cannot be taken out as a whole. */
function obstacleIn(wanted: Withdrawal, row: string, entries: readonly ExportEntry[]): readonly Drift[] {
  const { path, file } = wanted;
  const isShared = !entries.every((each) => isMeant(wanted, each));
  if (!isShared && !row.includes('\n')) return [];
  const what = isShared ? 'has a line that exports to other clients too' : 'has an export over several lines';
  return [
    blockedDrift(
      { line: row },
      `${file} ${what}: ${row}`,
      `give each client of ${path} a line of its own in ${file}, then run again`,
    ),
  ];
}

const isMeant = ({ path, clients }: Withdrawal, found: ExportEntry): boolean =>
  found.path === path && clients.some((client) => sameClient(client, found.client));

/**
 * Waits until the clients have closed all files, then removes their lines from the file and their entries from the table.
 * Only these lines are compared with the plan, because lines of other clients may come and go. Where a client has files
 * open its export stays: its mount would hang otherwise (docs/facts.md#fact-18).
 */
export function withdrawScript({ path, clients, file }: Withdrawal, { before }: ChangeSpec): string {
  const { lines, served } = before as {
    readonly lines: readonly string[];
    readonly served: readonly string[];
  };
  return [
    setVariables({ nfsd_folder: NFSD_FOLDER }) + functions,
    ...clients.map(
      (client) => `wait_until_closed ${MAX_WAIT_S} ${quoteAll([client, clientPattern(client)])}`,
    ),
    ...lines.map((line) => `remove_line ${quoteAll([file, line])}`),
    ...served.map((client) => `exportfs -u ${quote(exportArgument(client, path))}`),
  ].join('\n');
}
