/** The pool's files by base name: what a compute node will find under a name in the pool. */
import type { DiskReading } from '../../formats/disk/reading.ts';
import { diskHeader } from '../../facts/disk-header.ts';
import type { Query } from '../../facts/fact.ts';
import { fileDigest } from '../../facts/file-digest.ts';
import { folderFiles } from '../../facts/folder-files.ts';
import type { State } from '../../facts/state.ts';
import type { Settings } from '../../inventory/settings.ts';
import { baseName } from './base-name.ts';

/** So many bytes are read of every disk at first. */
export const HEADER_BYTES = 2048;

/** What the pool has under a base name, or will have as soon as link-sync publishes the image. */
export interface PoolFile {
  readonly path: string;
  /** Whether the name is in the cache folder. From then on it can never mean another file. */
  readonly published: boolean;
  readonly size: number;
  /** Null where it could not be read; undefined until it was asked for. */
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
 * Takes the pool's files from what was read of the backend. An image and its link are one file. It is read by the name of
 * the image, which is there before the link is made and after.
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
