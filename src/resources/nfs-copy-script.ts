/** The shell that copies a file into the pool; `nfs-copy.sh` is the program that does it. */
import { STAGING_FOLDER } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { nameOf } from '../core/path.ts';
import { liveOptions } from '../formats/mount-options.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import digestPieces from './digest-pieces.sh';
import mountInTime from './mount-in-time.sh';
import { mountEntry } from './mount-script.ts';
import nfsCopy from './nfs-copy.sh';
import mountAside from './nfs-copy-mount.sh';

/** The parameters of the resource type `nfs_copy`. */
export type NfsCopyParams = JsonObject & {
  readonly path: string;
  readonly source: string;
  readonly type?: string;
  readonly options?: string | readonly string[];
  readonly owner: string;
  readonly size: number;
  readonly mtime: number;
  readonly inode: number;
  readonly sha256: string;
  readonly limit?: number | null;
  readonly reason?: string;
};

/** As much as is made durable, reported and held back at a time. */
const PIECE_MIB = 64;

/** The program that copies one file, see its header for its arguments. */
export const copyProgram = `${digestPieces}\n${nfsCopy}`;

/**
 * The shell of the run and its parent, on the host. By them a copy notices that the connection of the run is lost, see
 * `nfs-copy.sh`. The shell that runs this text fills them in.
 */
export const RUN_PROCESSES = '"$$" "$PPID"';

/** The size of a piece in MiB: with a limit never more than one second's worth. */
export function pieceFor(limit: number | null | undefined): number {
  return Math.max(1, Math.min(PIECE_MIB, limit ?? PIECE_MIB));
}

/**
 * As root: proves that the file is the one that the plan saw, mounts the pool aside, and lets the pool's own user copy,
 * because the server treats root as nobody (docs/facts.md#fact-2).
 */
export function nfsCopyScript(params: NfsCopyParams): string {
  const { path, source, owner, size, mtime, inode, sha256, limit } = params;
  const entry = mountEntry({ ...params, path: STAGING_FOLDER });
  const mount = [entry.type, liveOptions(entry), source, STAGING_FOLDER, owner];
  const file = [nameOf(path), `${size}`, sha256, `${pieceFor(limit)}`, `${limit ?? 0}`];
  const words = [`${mountInTime}\n${mountAside}`, 'sh', ...mount, copyProgram, 'sh', STAGING_FOLDER, ...file];
  return `if [ -L ${quote(path)} ] || [ "$(stat -c '%s %Y %i' ${quote(path)} 2>/dev/null)" != '${size} ${mtime} ${inode}' ]; then
  refuse ${quote(path)} is no longer the file that the plan saw
fi
mkdir -p -m 0755 ${STAGING_FOLDER}
exec 3<${quote(path)}
unshare -m sh -c ${quoteAll(words)} ${RUN_PROCESSES}`;
}
