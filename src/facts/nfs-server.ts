import { EXPORT_TABLE_FILE, EXPORTS_FILE, EXPORTS_FOLDER, NFSD_FOLDER } from '../formats/nfs-paths.ts';
import { defineFact } from './query.ts';

/** The kernel's NFS server as it runs now. */
export interface NfsServer {
  /** Number of threads; 0 while the server does not run. */
  readonly threads: number;
  /** Versions that it offers, such as `3` and `4.2`. */
  readonly versions: readonly string[];
  /** Addresses of the clients that are connected or hold state. */
  readonly clients: readonly string[];
}

/**
 * Threads, versions and clients from /proc/fs/nfsd. Clients are those of NFSv4, whom the kernel lists, and every other
 * address with a connection to port 2049, because it lists none of NFSv3.
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

/** The address in a line of a client of NFSv4 in /proc/fs/nfsd, or of a connection as `peer HEXADDRESS:HEXPORT`. */
export function clientAddress(line: string): readonly string[] {
  const listed = /^address: "\[?(.*?)\]?(?::\d+)?"/.exec(line)?.[1];
  if (listed !== undefined) return [listed.replace(/^::ffff:(?=\d+\.)/, '')];
  const peer = /^peer ([0-9A-F]+):/.exec(line)?.[1];
  return peer === undefined ? [] : [peerAddress(peer)];
}

/** /proc/net/tcp writes addresses as words of 32 bits in the machine's order, which is little-endian where Nova runs. */
function peerAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  const mapped = /^0{20}FFFF/.test(bytes.join(''));
  if (bytes.length === 4 || mapped)
    return bytes
      .slice(-4)
      .map((byte) => parseInt(byte, 16))
      .join('.');
  const groups = bytes.flatMap((byte, index) => (index % 2 === 0 ? [byte + (bytes[index + 1] ?? '')] : []));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** One line of an export table. */
export interface ExportLine {
  readonly file: string;
  /** Where the entry begins, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Everything that a host exports, by its files and by what `exportfs` did last; comments are left out. */
export const exportLines = defineFact<Readonly<Record<string, never>>, readonly ExportLine[]>({
  name: 'export-lines',
  script: () => `fb export-lines
grep -Hns '[^[:space:]]' ${EXPORTS_FILE} ${EXPORTS_FOLDER}/*.exports ${EXPORT_TABLE_FILE}`,
  parse: ([frame], questions) => {
    const answer = parseExports(frame?.body ?? '');
    return questions.map(() => answer);
  },
});

/** A backslash at the end of a line continues it on the next. */
function parseExports(body: string): readonly ExportLine[] {
  const entries: ExportLine[] = [];
  let open: ExportLine | undefined;
  for (const row of body.split('\n')) {
    const match = /^(\/.*?):(\d+):(.*)$/.exec(row);
    if (match === null) continue;
    const [, file = '', number = '', raw = ''] = match;
    const before: ExportLine = open ?? { file, line: Number(number), text: '' };
    const entry = { ...before, text: `${before.text} ${raw.replace(/\\$|#.*$/, '')}`.trim() };
    open = raw.endsWith('\\') ? entry : undefined;
    if (open === undefined && entry.text !== '') entries.push(entry);
  }
  return entries;
}
