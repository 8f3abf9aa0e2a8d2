/** The shell that copies an image store into the pool; `nfs-store-copy.sh` is the program that does it. */
import { STAGING_FOLDER } from '../core/host-paths.ts';
import type { JsonObject } from '../core/json.ts';
import { parentOf } from '../core/path.ts';
import { liveOptions } from '../formats/mount-options.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import digestPieces from './digest-pieces.sh';
import listFiles from './list-files.sh';
import mountInTime from './mount-in-time.sh';
import { mountEntry } from './mount-script.ts';
import { copyProgram, pieceFor, RUN_PROCESSES } from './nfs-copy-script.ts';
import storeCompare from './nfs-store-compare.sh';
import storeCopy from './nfs-store-copy.sh';

/** The parameters of the resource type `store_copy`. */
export type StoreCopyParams = JsonObject & {
  readonly path: string;
  readonly source: string;
  readonly type?: string;
  readonly options?: string | readonly string[];
  readonly owner: string;
  readonly ledger: string;
  readonly listing?: string;
  readonly limit?: number | null;
};

/** As root, with the pool mounted aside; the pool's own user writes the copies. */
export function storeCopyScript(params: StoreCopyParams): string {
  const { path, source, owner, ledger, listing, limit } = params;
  const entry = mountEntry({ ...params, path: STAGING_FOLDER });
  const mount = [entry.type, liveOptions(entry), source, STAGING_FOLDER, owner];
  const programs = [copyProgram, `${digestPieces}\n${storeCompare}`, listFiles];
  const words = [
    [mountInTime, digestPieces, storeCopy].join('\n'),
    'sh',
    ...mount,
    ...[path, `${pieceFor(limit)}`, `${limit ?? 0}`],
    ...[ledger, listing ?? '', ...programs],
  ];
  const files = listing === undefined ? [ledger] : [ledger, listing];
  return [
    `mkdir -p -m 0755 ${quoteAll([...new Set([STAGING_FOLDER, ...files.map(parentOf)])])}`,
    `if [ -L ${quote(ledger)} ]; then refuse ${quote(ledger)} is a symbolic link; fi`,
    `(umask 077; : >>${quote(ledger)})`,
    ...(listing === undefined ? [] : [`rm -f ${quote(listing)}`]),
    `unshare -m sh -c ${quoteAll(words)} ${RUN_PROCESSES}`,
  ].join('\n');
}
