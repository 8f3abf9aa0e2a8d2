/** Which hosts use an NFS server, or have used it. */
import { listedPort, parseRmtabLine } from '../formats/nfs-clients.ts';
import type { RememberedMount } from '../formats/nfs-clients.ts';
import { MOUNT_RECORDS_FILE, NFSD_FOLDER } from '../formats/nfs-paths.ts';
import { isIP } from 'node:net';
import { FactError } from './fact.ts';
import { clientAddress } from './nfs-server.ts';
import { defineFact } from './query.ts';

/** As far as the server itself can tell. */
export interface NfsPeers {
  /** The host's own addresses, without loopback ones. */
  readonly own: readonly string[];
  /** The addresses of clients that the kernel lists, or that are connected. */
  readonly clients: readonly string[];
  /**
   * Clients of NFSv4 whose requests come from a port above 1023, which an export with `secure` refuses. Connections are
   * no evidence: whoever tests whether the server's port is open, as fastboot itself does, comes from such a port too.
   */
  readonly unprivileged: readonly string[];
  /** The NFSv3 mounts that mountd remembers. It keeps those of clients that never unmounted. */
  readonly remembered: readonly RememberedMount[];
}

/**
 * The kernel lists clients of NFSv4 only. A client of NFSv3 is seen by its connection, which it closes when it is idle,
 * or among the mounts that mountd remembers.
 */
export const nfsPeers = defineFact<Readonly<Record<string, never>>, NfsPeers>({
  name: 'nfs-peers',
  script: () => `fb nfs-peers own
ip -o addr show scope global
fb nfs-peers clients
grep -hs '^address:' ${NFSD_FOLDER}/clients/*/info
awk '$2 ~ /:0801$/ && $4 == "01" { print "peer " $3 }' /proc/net/tcp /proc/net/tcp6
fb nfs-peers remembered
head -c 1000000 ${MOUNT_RECORDS_FILE}`,
  parse: (frames, questions) => {
    const lines = (part: string): readonly string[] => {
      const found = frames.find(({ head }) => head[1] === part);
      if (found === undefined) throw new FactError('no answer about NFS clients');
      return found.body.split('\n').filter((line) => line !== '');
    };
    const clients = lines('clients');
    const answer: NfsPeers = {
      own: distinct(lines('own').flatMap(ownAddress)),
      clients: distinct(clients.flatMap(clientAddress)),
      unprivileged: distinct(
        clients.filter((line) => listedPort(line) > MAX_PRIVILEGED_PORT).flatMap(clientAddress),
      ),
      remembered: lines('remembered').flatMap((line) => parseRmtabLine(line) ?? []),
    };
    return questions.map(() => answer);
  },
});

/** Only root can use a port up to this one. */
const MAX_PRIVILEGED_PORT = 1023;

const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)].sort();

/** `2: eth0    inet 10.0.0.2/24 brd …`. */
function ownAddress(line: string): readonly string[] {
  const address = /\sinet6?\s([^\s/]+)/.exec(line)?.[1] ?? '';
  return isIP(address) === 0 ? [] : [address];
}
