/** Decides about one base file of one compute node that has no pool yet. */
import type { BaseFile } from '../../../facts/base-files.ts';
import type { Disk, DiskFormat, DiskReading } from '../../../formats/disk/reading.ts';
import type { PoolFile } from '../../nodes/pool-files.ts';
import type { Use } from './usage.ts';

/** One base file of one node, with all that is known about it. */
export interface BaseCase {
  readonly file: BaseFile;
  /** What its header says; null where it could not be read. */
  readonly reading: DiskReading | null;
  /** Who needs it; null where something on the node could not be read, which counts as using everything. */
  readonly uses: readonly Use[] | null;
  /** What the pool has under this name; undefined for nothing, null where the pool could not be read. */
  readonly pool: PoolFile | undefined | null;
  /** Of the whole file; null where it could not be read, undefined until it was asked for. */
  readonly digest: string | null | undefined;
}

/** What must still be read: the header of the pool's file, or the digest of one of the two files. */
export type Need = 'pool-header' | 'pool-digest' | 'digest';

export type BaseDecision =
  /** Nobody needs it: it stays under the mount. */
  | { readonly kind: 'unused' }
  /** The pool has the same bytes. */
  | { readonly kind: 'same'; readonly published: boolean }
  /** More must be read first. */
  | { readonly kind: 'pending'; readonly needs: readonly Need[] }
  /** Nova converted a qcow2 image to raw. The raw bytes become the pool's file of this name (docs/facts.md#fact-10). */
  | { readonly kind: 'adopt'; readonly digest: string }
  /** The pool has nothing of this name: the file is copied there. */
  | { readonly kind: 'copy'; readonly digest: string }
  | { readonly kind: 'conflict'; readonly reason: BaseConflict };

/** Why a base file that VMs need cannot come from the pool. `published`: the pool's link is there, not only the image. */
export type BaseConflict =
  | { readonly kind: 'pool-unreadable' }
  | { readonly kind: 'unreadable'; readonly published: boolean }
  | { readonly kind: 'other-bytes'; readonly published: boolean }
  | {
      readonly kind: 'other-file';
      readonly published: boolean;
      readonly format: string;
      readonly size: number;
    }
  /** The file is raw, and the pool's is qcow2. */
  | { readonly kind: 'raw-and-qcow2'; readonly published: boolean }
  /** The node's own file could not be read. */
  | { readonly kind: 'own-unreadable' }
  | { readonly kind: 'unknown-users' }
  /** Other nodes must not see it: it leads to further files, is encrypted, or has a format that is not published. */
  | { readonly kind: 'unsafe'; readonly format: string }
  /** A disk records a wrong format for this file. */
  | { readonly kind: 'wrong-format'; readonly format: string; readonly recorded: string }
  /** Other nodes need another file of this name. */
  | { readonly kind: 'other-nodes'; readonly hosts: readonly string[] };

const conflict = (reason: BaseConflict): BaseDecision => ({ kind: 'conflict', reason });

/** Decides about one base file of one node by itself. Pure. */
export function decideBase(base: BaseCase): BaseDecision {
  const { file, reading, uses, pool, digest } = base;
  if (uses?.length === 0) return { kind: 'unused' };
  if (pool === null) return conflict({ kind: 'pool-unreadable' });
  if (pool === undefined) return decideCopied(base, 'copy');
  const { published } = pool;
  const sameSize = file.size === pool.size;
  const digests: readonly Need[] = ['pool-digest', 'digest'];
  if (pool.reading === undefined)
    return { kind: 'pending', needs: ['pool-header', ...(sameSize ? digests : [])] };
  if (reading === null || pool.reading === null) return conflict({ kind: 'unreadable', published });
  // link-sync never publishes such an image, so the name stays free
  if (!published && !isSafe(pool.reading)) return decideCopied(base, 'copy');
  if (!sameSize || reading.format !== pool.reading.format) return decideDifferent(base, pool);
  const wrong = wrongFormat(reading, uses);
  if (wrong !== undefined) return wrong;
  if (digest === undefined || pool.digest === undefined) return { kind: 'pending', needs: digests };
  if (digest === null || pool.digest === null) return conflict({ kind: 'unreadable', published });
  return digest === pool.digest ? { kind: 'same', published } : conflict({ kind: 'other-bytes', published });
}

function decideDifferent(base: BaseCase, { published, reading, size }: PoolFile): BaseDecision {
  const format = reading?.format ?? 'unknown';
  if (base.reading?.format !== 'raw' || format !== 'qcow2')
    return conflict({ kind: 'other-file', published, format, size });
  const recordedRaw = base.uses?.every(
    ({ recordedFormat }) => recordedFormat === 'raw' || recordedFormat === null,
  );
  return recordedRaw === true && !published
    ? decideCopied(base, 'adopt')
    : conflict({ kind: 'raw-and-qcow2', published });
}

/** A file that the pool gets from this node must be as safe to show as what link-sync publishes (docs/facts.md#fact-9). */
function decideCopied({ reading, uses, digest }: BaseCase, kind: 'adopt' | 'copy'): BaseDecision {
  if (reading === null || digest === null) return conflict({ kind: 'own-unreadable' });
  if (uses === null) return conflict({ kind: 'unknown-users' });
  // to QEMU an ISO is raw
  if (!isSafe(reading) && reading.format !== 'iso')
    return conflict({ kind: 'unsafe', format: reading.format });
  const wrong = wrongFormat(reading, uses);
  if (wrong !== undefined) return wrong;
  return digest === undefined ? { kind: 'pending', needs: ['digest'] } : { kind, digest };
}

function wrongFormat({ format }: DiskReading, uses: readonly Use[] | null): BaseDecision | undefined {
  const right = format === 'iso' ? 'raw' : format;
  const recorded = uses?.find(
    (use) => use.recordedFormat !== null && use.recordedFormat !== right,
  )?.recordedFormat;
  return recorded === undefined || recorded === null
    ? undefined
    : conflict({ kind: 'wrong-format', format, recorded });
}

const PUBLISHED_FORMATS: readonly DiskFormat[] = ['raw', 'qcow2'];

/** Whether link-sync would publish it: raw or qcow2 that leads to no other file (docs/facts.md#fact-9). */
function isSafe(reading: DiskReading | null | undefined): boolean {
  if (reading?.kind !== 'disk') return false;
  return PUBLISHED_FORMATS.includes(reading.format) && leadsNowhere(reading);
}

function leadsNowhere({ backing, dataFile, encrypted, corrupt }: Disk): boolean {
  return backing === null && dataFile === null && !encrypted && !corrupt;
}

/** What becomes of a base file that disks need and that is missing, once the pool is mounted. */
export type MissingDecision =
  /** It is nowhere. Such a VM cannot start, with or without the pool. */
  | { readonly kind: 'lost' }
  /** The pool has it, in the format that the disks record. */
  | { readonly kind: 'returns' }
  | { readonly kind: 'pending' }
  /**
   * The pool has it in another format than the disks record. The VM would read corrupt data without an error
   * (docs/facts.md#fact-10).
   */
  | { readonly kind: 'format-mismatch'; readonly format: string };

/** Decides about a base file that is missing on one node. Pure. */
export function decideMissing(uses: readonly Use[], pool: PoolFile | undefined | null): MissingDecision {
  if (pool === undefined) return { kind: 'lost' };
  if (pool === null || pool.reading === null) return { kind: 'format-mismatch', format: 'unreadable' };
  if (pool.reading === undefined) return { kind: 'pending' };
  const { format } = pool.reading;
  return uses.every(({ recordedFormat }) => recordedFormat === null || recordedFormat === format)
    ? { kind: 'returns' }
    : { kind: 'format-mismatch', format };
}
