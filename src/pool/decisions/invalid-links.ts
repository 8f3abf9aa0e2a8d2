/** Names in the cache folder that are not valid links. */
import { createHash } from 'node:crypto';
import type { FolderFile } from '../../facts/folder-files.ts';
import { BASE_NAME, baseName } from '../nodes/base-name.ts';

export interface OddLink {
  readonly name: string;
  readonly kind: OddKind;
  /** The image of this name, or whose file it is; empty where there is none. */
  readonly image: string;
}

/**
 * - `other-size`: a file of another size than its image, for example one that was linked before the image was complete.
 * - `copy`: a separate file of the same size as its image.
 * - `other-image`: the file of another image.
 * - `newline`: named after an image's id with a newline at its end.
 * - `alias`: an image's file under a base name that belongs to no image.
 * - `symlink`: a symbolic link under a base name.
 */
export type OddKind = 'other-size' | 'copy' | 'other-image' | 'newline' | 'alias' | 'symlink';

/**
 * Compares the two folders of the backend. A valid link has the inode of its image, whoever owns it. Pure.
 *
 * @param symlinks names of symbolic links in the cache folder
 * @param adopted base names whose files came from compute nodes
 */
export function findOddLinks(
  images: readonly FolderFile[],
  cache: readonly FolderFile[],
  symlinks: readonly string[],
  adopted: readonly string[],
): readonly OddLink[] {
  const byName = new Map(images.map((image) => [baseName(image.name), image]));
  const byInode = new Map(images.map((image) => [image.inode, image]));
  const files = cache.flatMap(({ name, size, inode }): readonly OddLink[] => {
    const [image, owner] = [byName.get(name), byInode.get(inode)];
    if (!BASE_NAME.test(name) || adopted.includes(name) || (image !== undefined && image === owner))
      return [];
    if (image === undefined) {
      if (owner === undefined) return [];
      const kind = name === nameWithNewline(owner.name) ? 'newline' : 'alias';
      return [{ name, kind, image: owner.name }];
    }
    const kind = owner !== undefined ? 'other-image' : image.size === size ? 'copy' : 'other-size';
    return [{ name, kind, image: image.name }];
  });
  const links = symlinks
    .filter((name) => BASE_NAME.test(name))
    .map((name): OddLink => ({ name, kind: 'symlink', image: byName.get(name)?.name ?? '' }));
  return [...files, ...links];
}

/** What `echo ID | sha1sum` gives: people who link images by hand get this name. */
function nameWithNewline(image: string): string {
  return createHash('sha1').update(`${image}\n`).digest('hex');
}
