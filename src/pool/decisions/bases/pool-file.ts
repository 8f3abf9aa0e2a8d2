import { createHash } from 'node:crypto';
import type { DiskReading } from '../../../formats/disk/reading.ts';
import { diskHeader } from '../../../facts/disk-header.ts';
import type { Query } from '../../../facts/fact.ts';
import { fileDigest } from '../../../facts/file-digest.ts';
import { folderFiles } from '../../../facts/folder-files.ts';
import type { State } from '../../../facts/state.ts';
import type { Settings } from '../../../inventory/inventory.ts';

/** As many bytes as are read of every disk at first. */
export const HEADER_BYTES = 2048;

/** What the pool shows under a base name, or would show as soon as link-sync may publish it. */
export interface PoolFile {
  readonly path: string;
  /** Whether its link is there: then nothing else can ever stand under this name. */
  readonly published: boolean;
  readonly size: number;
  /** Null where it could not be read; undefined where it was not asked for yet. */
  readonly reading: DiskReading | null | undefined;
  readonly digest: string | null | undefined;
  readonly headerQuery: Query;
  readonly digestQuery: Query;
}

/** The pool's files by base name; null where the backend's folders could not be listed. */
export type PoolFiles = ((name: string) => PoolFile | undefined) | null;

export function poolFileQueries({ pool }: Settings) {
  return { imageFiles: folderFiles({ path: pool.images }), cacheFiles: folderFiles({ path: pool.cache }) };
}

/**
 * An image stands for its link: both are one file, which is read by the name that is there before and after the link is
 * made.
 */
export function readPoolFiles(settings: Settings, state: State): PoolFiles {
  const { pool } = settings;
  const queries = poolFileQueries(settings);
  const [images, cache] = [state.read(queries.imageFiles), state.read(queries.cacheFiles)];
  if (images === null || cache === null) return null;
  const byName = new Map(images.map((file) => [baseName(file.name), file]));
  const links = new Map(cache.map((file) => [file.name, file]));
  return (name) => {
    const [image, link] = [byName.get(name), links.get(name)];
    const found = link ?? image;
    if (found === undefined) return undefined;
    const path =
      image !== undefined && image.inode === found.inode
        ? `${pool.images}/${image.name}`
        : `${pool.cache}/${name}`;
    const headerQuery = diskHeader({ path, bytes: HEADER_BYTES });
    const digestQuery = fileDigest({ path });
    const header = state.has(headerQuery) ? state.read(headerQuery) : undefined;
    return {
      path,
      published: link !== undefined,
      size: found.size,
      reading: header === undefined ? undefined : (header?.reading ?? null),
      digest: state.has(digestQuery) ? state.read(digestQuery) : undefined,
      headerQuery,
      digestQuery,
    };
  };
}

/** Nova's name for an image's base file: the id as it is, hashed (fact 15). */
export function baseName(image: string): string {
  return createHash('sha1').update(image).digest('hex');
}
