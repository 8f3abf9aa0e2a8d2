import { createHash } from 'node:crypto';
import { memoizeLast } from '../../core/memoize.ts';
import type { FolderFile } from '../../facts/folder-files.ts';
import type { Finding } from '../../core/finding.ts';
import { reporters } from '../checks/check.ts';
import { BASE_NAME } from './hold.ts';
import type { Backend } from '../nodes/nodes.ts';
import { parsePinned } from './link-sync-config.ts';
import { baseName } from './bases/pool-file.ts';

/** A name in the cache folder that is no right link. */
export interface OddLink {
  readonly name: string;
  readonly kind: OddKind;
  /** The image that the name means, or whose file it is. */
  readonly image: string;
}

/**
 * `other`: a file of another size than its image, such as one linked before it was whole and then replaced; `copy`: a file
 * of its own and of the same size; `mixed`: another image's file; `newline`: named by an id with a newline (facts, Q11);
 * `alias`: an image's file under a name that means nothing; `symlink`: a symbolic link under a base name.
 */
export type OddKind = 'other' | 'copy' | 'mixed' | 'newline' | 'alias' | 'symlink';

/** Compares the backend's two listings. A right link has its image's inode, whoever owns it. Pure. */
export function oddLinks(
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
      const kind = name === newlineName(owner.name) ? 'newline' : 'alias';
      return [{ name, kind, image: owner.name }];
    }
    const kind = owner !== undefined ? 'mixed' : image.size === size ? 'copy' : 'other';
    return [{ name, kind, image: image.name }];
  });
  const links = symlinks
    .filter((name) => BASE_NAME.test(name))
    .map((name): OddLink => ({ name, kind: 'symlink', image: byName.get(name)?.name ?? '' }));
  return [...files, ...links];
}

/** What `echo ID | sha1sum` gives. */
function newlineName(image: string): string {
  return createHash('sha1').update(`${image}\n`).digest('hex');
}

/** What is said of them: nothing is replaced, because VMs may have such a file open (fact 6). */
export const linkChecks = memoizeLast((backend: Backend, folders: Folders): readonly Finding[] => {
  const { imageFiles, cacheFiles, cacheLinks } = backend;
  if (imageFiles === null || cacheFiles === null) return [];
  const adopted = parsePinned(backend.linkSyncConfig)?.adopted ?? [];
  const odd = oddLinks(imageFiles, cacheFiles, cacheLinks, adopted);
  const report = reporters(backend.host.name);
  return KINDS.flatMap(({ kind, severity, finding, remedy }) => {
    const found = odd.filter((link) => link.kind === kind);
    if (found.length === 0) return [];
    const names = found
      .slice(0, MOST)
      .map(({ name, image }) => (image === '' ? name : `${name} (image ${image})`));
    const more = found.length > MOST ? ` and ${found.length - MOST} more` : '';
    const what = `${found.length} name${found.length === 1 ? '' : 's'}`;
    return [
      report[severity](
        'links',
        `${what} in ${folders.cache} ${finding}: ${names.join(', ')}${more}`,
        remedy(folders),
      ),
    ];
  });
});

const MOST = 3;

interface Folders {
  readonly images: string;
  readonly cache: string;
}

interface Words {
  readonly kind: OddKind;
  readonly severity: 'warning' | 'notice';
  readonly finding: string;
  readonly remedy: (folders: Folders) => string;
}

const MOVE_AWAY =
  'link-sync calls it a conflict and nothing is replaced, because VMs may have it open; once no disk on any compute node is based on it (grep -l NAME /var/lib/nova/instances/*/disk), move it out of the cache folder, and link-sync links the image at once';

const KINDS: readonly Words[] = [
  {
    kind: 'mixed',
    severity: 'warning',
    finding: "are another image's file, so that new VMs boot from the wrong image",
    remedy: () => MOVE_AWAY,
  },
  {
    kind: 'other',
    severity: 'warning',
    finding:
      'are not the file of their image but one of another size, perhaps linked before the image was whole',
    remedy: () => MOVE_AWAY,
  },
  {
    kind: 'symlink',
    severity: 'warning',
    finding: 'are symbolic links, which lead nowhere on a compute node',
    remedy: () =>
      'link-sync calls it a conflict; remove the symbolic link, which is no base file itself, and link-sync links the image at once',
  },
  {
    kind: 'copy',
    severity: 'notice',
    finding: 'are files of their own and not links, of the same size as their image',
    remedy: ({ images, cache }) =>
      `with the same bytes (cmp ${images}/IMAGE ${cache}/NAME) it is harmless and takes up its space twice; otherwise: ${MOVE_AWAY}`,
  },
  {
    kind: 'newline',
    severity: 'notice',
    finding: 'are hashes of an id with a newline, for which Nova never looks',
    remedy: () =>
      'harmless: link-sync links the images under their right names; these may be removed, which frees nothing',
  },
  {
    kind: 'alias',
    severity: 'notice',
    finding: "are an image's file under a name that no image has",
    remedy: () => 'nothing needs to be done; nothing finds it by that name unless a VM was made on it',
  },
];
