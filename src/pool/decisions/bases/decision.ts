import type { BaseFile } from '../../../facts/base-files.ts';
import type { Disk, DiskReading } from '../../../formats/disk/reading.ts';
import type { PoolFile } from './pool-file.ts';
import type { Use } from './usage.ts';

/** One base file of one node. */
export interface BaseCase {
  readonly file: BaseFile;
  readonly reading: DiskReading | null;
  /** Null where something on the node could not be looked at, which counts as using everything. */
  readonly uses: readonly Use[] | null;
  /** Undefined where the pool has no such name; null where the pool could not be looked at. */
  readonly pool: PoolFile | undefined | null;
  /** Of the whole file; undefined where it was not asked for yet. */
  readonly digest: string | null | undefined;
}

/** The header of the pool's file, or the digest of a whole file. */
export type Need = 'pool-header' | 'pool-digest' | 'digest';

/** What is to be done about a base file. */
export type BaseDecision =
  /** Nobody needs it: it stays under the mount. */
  | { readonly kind: 'unused' }
  /** The pool has the same bytes. */
  | { readonly kind: 'same'; readonly published: boolean }
  /** Only reading more of these can tell. */
  | { readonly kind: 'pending'; readonly needs: readonly Need[] }
  /** Nova made it raw, and the pool would show the image as it is: the raw bytes become the pool's file (fact 10). */
  | { readonly kind: 'adopt'; readonly digest: string }
  /** The pool has nothing of this name: it is copied there. */
  | { readonly kind: 'copy'; readonly digest: string }
  | { readonly kind: 'conflict'; readonly reason: string };

const conflict = (reason: string): BaseDecision => ({ kind: 'conflict', reason });

/** Decides about one base file of one node by itself. Pure. */
export function decideBase(base: BaseCase): BaseDecision {
  const { file, reading, uses, pool, digest } = base;
  if (uses?.length === 0) return { kind: 'unused' };
  if (pool === null) return conflict('what the pool has could not be looked at');
  if (pool === undefined) return decideGiven(base, 'copy');
  const sameSize = file.size === pool.size;
  const digests: readonly Need[] = ['pool-digest', 'digest'];
  if (pool.reading === undefined)
    return { kind: 'pending', needs: ['pool-header', ...(sameSize ? digests : [])] };
  const what = pool.published ? "the pool's file of that name" : 'the image of that name';
  if (reading === null || pool.reading === null) return conflict(`it or ${what} could not be read`);
  // link-sync never publishes it, so the name stays free
  if (!pool.published && !isSafe(pool.reading)) return decideGiven(base, 'copy');
  const format = pool.reading.format;
  if (!sameSize || reading.format !== format) return decideDifferent(base, pool, what);
  const mistaken = mistakenUse(reading, uses);
  if (mistaken !== undefined) return mistaken;
  if (digest === undefined || pool.digest === undefined) return { kind: 'pending', needs: digests };
  if (digest === null || pool.digest === null) return conflict(`it or ${what} could not be read`);
  return digest === pool.digest
    ? { kind: 'same', published: pool.published }
    : conflict(`its bytes differ from those of ${what}`);
}

function decideDifferent(base: BaseCase, pool: PoolFile, what: string): BaseDecision {
  const theirs = pool.reading?.format ?? 'unknown';
  const madeRaw = base.reading?.format === 'raw' && theirs === 'qcow2';
  const saysRaw = base.uses?.every(({ recordedFormat: told }) => told === 'raw' || told === null);
  if (madeRaw && saysRaw === true && !pool.published) return decideGiven(base, 'adopt');
  return conflict(
    madeRaw
      ? `it is raw and ${what} is qcow2: disks that say raw would silently read rubbish`
      : `${what} is another file (${theirs}, ${pool.size} bytes)`,
  );
}

/** A file that the pool would get from this node: just as safe to show as what link-sync publishes (fact 9). */
function decideGiven({ reading, uses, digest }: BaseCase, kind: 'adopt' | 'copy'): BaseDecision {
  if (reading === null || digest === null) return conflict('it could not be read');
  if (uses === null) return conflict('who uses it could not be told');
  // to QEMU an ISO is raw
  if (!isSafe(reading) && reading.format !== 'iso')
    return conflict(`it is ${reading.format} in a form that must not be shown to other nodes`);
  const mistaken = mistakenUse(reading, uses);
  if (mistaken !== undefined) return mistaken;
  return digest === undefined ? { kind: 'pending', needs: ['digest'] } : { kind, digest };
}

function mistakenUse({ format }: DiskReading, uses: readonly Use[] | null): BaseDecision | undefined {
  const right = format === 'iso' ? 'raw' : format;
  const told = uses?.find(
    (use) => use.recordedFormat !== null && use.recordedFormat !== right,
  )?.recordedFormat;
  return told === undefined || told === null
    ? undefined
    : conflict(`it is ${format}, but a disk above it says ${told}, and so may read rubbish already`);
}

/** Whether link-sync would publish it: raw or qcow2 that leads nowhere else (fact 9). */
function isSafe(reading: DiskReading | null | undefined): boolean {
  if (reading?.kind !== 'disk') return false;
  return (['raw', 'qcow2'] as readonly Disk['format'][]).includes(reading.format) && leadsNowhere(reading);
}

function leadsNowhere({ backing, dataFile, encrypted, corrupt }: Disk): boolean {
  return backing === null && dataFile === null && !encrypted && !corrupt;
}

/** What a base file that disks need and that is not there comes to once the pool is mounted. */
export type MissingDecision =
  /** It is nowhere: such a VM cannot start, now as then. */
  | { readonly kind: 'lost' }
  /** The pool has it, in the format that the disks say. */
  | { readonly kind: 'returns' }
  | { readonly kind: 'pending' }
  /** The pool has it in another format than the disks say: they would silently read rubbish (fact 10). */
  | { readonly kind: 'trap'; readonly format: string };

export function decideMissing(uses: readonly Use[], pool: PoolFile | undefined | null): MissingDecision {
  if (pool === undefined) return { kind: 'lost' };
  if (pool === null || pool.reading === null) return { kind: 'trap', format: 'unreadable' };
  if (pool.reading === undefined) return { kind: 'pending' };
  const { format } = pool.reading;
  return uses.every(({ recordedFormat: told }) => told === null || told === format)
    ? { kind: 'returns' }
    : { kind: 'trap', format };
}
