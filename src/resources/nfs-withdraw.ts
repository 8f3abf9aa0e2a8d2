import { EXPORT_TABLE_FILE, NFSD_FOLDER } from '../formats/nfs-paths.ts';
import { content } from '../facts/content.ts';
import { exportLines } from '../facts/nfs-server.ts';
import type { Query } from '../facts/fact.ts';
import { predict } from '../facts/state.ts';
import type { State } from '../facts/state.ts';
import { quote } from '../shell/quote.ts';
import { sameClient } from '../formats/exports/client.ts';
import { parseExportFiles, parseExports, readExportLines } from '../formats/exports/read.ts';
import type { ExportEntry } from '../formats/exports/read.ts';
import { withoutServed } from '../formats/exports/table.ts';
import { exportArgument } from '../formats/exports/write.ts';
import { bareLine, linesOf } from '../formats/lines.ts';
import { blockedDrift } from './resource.ts';
import type { ChangeSpec, Drift } from './resource.ts';

/** Exports that are to be withdrawn: one folder's, from these clients, as far as this file brings them. */
export interface Withdrawal {
  readonly path: string;
  readonly clients: readonly string[];
  readonly file: string;
}

/** A client's lease at its longest, and a little more. */
const PATIENCE = 120;

export function withdrawQueries({ file }: Withdrawal): readonly Query[] {
  return [content({ path: file }), content({ path: EXPORT_TABLE_FILE }), exportLines({})];
}

/** The drift where the file or the server's table still exports to the clients; what other files export stays. */
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
 * Waits until the clients hold nothing open, then takes their lines out of the file and their entries out of the table.
 * Only just these lines are compared with what the plan saw, because the lines of other clients come and go. A client
 * that holds files open is left as it is: what it has mounted would hang (fact 18). One that has not renewed its lease,
 * such as one that lost its power, is no client any more.
 */
export function withdrawScript({ path, clients, file }: Withdrawal, { before }: ChangeSpec): string {
  const { lines, served } = before as {
    readonly lines: readonly string[];
    readonly served: readonly string[];
  };
  const target = quote(file);
  return [
    HOLDS,
    ...clients.map((client) => `let_go ${quote(client)} ${quote(addressPattern(client))}`),
    ...lines.map((line) => `without ${target} ${quote(line)}`),
    ...served.map((client) => `exportfs -u ${quote(exportArgument(client, path))}`),
  ].join('\n');
}

const HOLDS = `holds() {
  for info in ${NFSD_FOLDER}/clients/*/info; do
    if ! grep -q -e "$1" "$info" 2>/dev/null; then continue; fi
    if grep -q -e '^status: *"*\\(courtesy\\|expirable\\)' "$info" 2>/dev/null; then continue; fi
    if grep -q . "\${info%/info}/states" 2>/dev/null; then return 0; fi
  done
  return 1
}
let_go() {
  left=${PATIENCE}
  while holds "$2"; do
    if [ $left -le 0 ]; then refuse "the server still lists $1 with files that it holds open, so its export stays; look there at: grep ':/' /proc/mounts, then run again"; fi
    echo "waiting for $1 to let go of its files ($left s left)"
    sleep 5
    left=$((left - 5))
  done
}
without() {
  grep -Fqx -e "$2" "$1" || refuse "$1 changed after the plan was made"
  backup_once "$1"
  { grep -Fvx -e "$2" "$1" || :; } | write_atomic "$1" "$(stat -c %a "$1")" "$(stat -c %u:%g "$1")"
}`;

/** As /proc/fs/nfsd/clients has it: `address: "10.0.0.2:870"`, `address: "[fd00::2]:870"`. */
function addressPattern(client: string): string {
  const address = client.replace(/[\\[\].*^$]/g, '\\$&');
  return `^address: "\\[*\\(::ffff:\\)*${address}\\]*:[0-9]*"`;
}
