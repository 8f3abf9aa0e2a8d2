/** The NFS server of a host, and its exports. */
import { listedAddress, tcpTableAddress } from '../formats/nfs-clients.ts';
import { EXPORT_TABLE_FILE, EXPORTS_FILE, EXPORTS_FOLDER, NFSD_FOLDER } from '../formats/nfs-paths.ts';
import type { TextLine } from '../formats/exports/read.ts';
import { defineFact } from './query.ts';

/** The kernel's NFS server as it runs now. */
export interface NfsServer {
  /** Number of threads; 0 while the server does not run. */
  readonly threads: number;
  /** The versions that it offers, such as `3` and `4.2`. */
  readonly versions: readonly string[];
  /** The addresses of clients that are connected, or have files open or locked. */
  readonly clients: readonly string[];
}

/**
 * The kernel lists clients of NFSv4 only. So every other address with a connection to port 2049 counts as a client too:
 * it may be one of NFSv3.
 */
export const nfsServer = defineFact<Readonly<Record<string, never>>, NfsServer>({
  name: 'nfs-server',
  script: () => `cd ${NFSD_FOLDER} && read -r threads <threads && read -r versions <versions || exit
fb nfs-server
printf '%s\\n' "$threads" "$versions"
grep -hs '^address:' clients/*/info
awk '$2 ~ /:0801$/ && $4 == "01" { print "peer " $3 }' /proc/net/tcp /proc/net/tcp6`,
  parse: ([frame], questions) => {
    const [threads = '0', versions = '', ...clients] = frame?.body.split('\n') ?? [];
    const answer: NfsServer = {
      threads: Number(threads) || 0,
      versions: versions.split(/\s+/).flatMap((word) => (word.startsWith('+') ? [word.slice(1)] : [])),
      clients: [...new Set(clients.flatMap(clientAddress))].sort(),
    };
    return questions.map(() => answer);
  },
});

/** The address in a line that one of these facts printed: of a listed client, or `peer ADDRESS:PORT` of a connection. */
export function clientAddress(line: string): readonly string[] {
  const peer = /^peer ([0-9A-F]+):/.exec(line)?.[1];
  const address = peer === undefined ? listedAddress(line) : tcpTableAddress(peer);
  return address === undefined ? [] : [address];
}

/**
 * All lines of the export files, and of the server's own table of exports, as they are written. Blank lines are left out.
 * `formats/exports/read.ts` says what they mean.
 */
export const exportLines = defineFact<Readonly<Record<string, never>>, readonly TextLine[]>({
  name: 'export-lines',
  script: () => `fb export-lines
grep -Hns '[^[:space:]]' ${EXPORTS_FILE} ${EXPORTS_FOLDER}/*.exports ${EXPORT_TABLE_FILE}`,
  parse: ([frame], questions) => {
    const answer = (frame?.body ?? '').split('\n').flatMap(parseRow);
    return questions.map(() => answer);
  },
});

/** `FILE:NUMBER:TEXT`. */
function parseRow(row: string): readonly TextLine[] {
  const match = /^(\/.*?):(\d+):(.*)$/s.exec(row);
  return match === null ? [] : [{ file: match[1] ?? '', line: Number(match[2]), text: match[3] ?? '' }];
}
