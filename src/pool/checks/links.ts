/** Check: every base name in the cache folder is a valid link. */
import { memoizeLast } from '../../core/memoize.ts';
import { folderLinks } from '../../facts/folder-links.ts';
import { defineCheck } from '../check-framework/define.ts';
import { count, nameThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';
import { parsePinned } from '../decisions/link-sync-config.ts';
import { findOddLinks } from '../decisions/invalid-links.ts';
import type { OddLink } from '../decisions/invalid-links.ts';
import type { Backend } from '../nodes/node.ts';

const MAX_NAMES_SHOWN = 3;
const MAX_SYMLINKS_READ = 1000;

type Links = {
  readonly cache: string;
  readonly images: string;
  /** Each name, with its image where there is one. */
  readonly links: Some<string>;
};

/** `FOLDER holds 2 names with …: a, b`. */
const say =
  (noun: string, what: string) =>
  ({ cache, links }: Links) =>
    `${cache} holds ${count(links.total, noun)} ${what}: ${nameThem(links)}`;

// nothing is replaced, because VMs may have such a file open: docs/facts.md#fact-6
const MOVE_AWAY =
  "link-sync replaces nothing, because VMs may have this file open. (1) On each compute node, check that no disk is based on it: grep -l NAME */disk in nova's folder of instances. (2) Move it out of the cache folder. link-sync then links the image at once";

export default defineCheck({
  name: 'links',
  about: 'Every base name in the cache folder is a hard link of its own image.',
  on: 'backend',
  queries: (_host, { settings }) => ({
    symlinks: folderLinks({ path: settings.pool.cache, limit: MAX_SYMLINKS_READ }),
  }),
  findings: {
    'other-image': {
      severity: 'warning',
      say: say('name', 'with the file of another image, so new VMs boot from the wrong image'),
      fix: () => MOVE_AWAY,
    },
    'other-size': {
      severity: 'warning',
      say: say(
        'name',
        'with a file of another size than its image, perhaps linked before the image was complete',
      ),
      fix: () => MOVE_AWAY,
    },
    symlink: {
      severity: 'warning',
      say: say('symbolic link', 'under the name of a base file, which a compute node cannot follow'),
      fix: () =>
        'remove the symbolic link, which is not a base file itself. link-sync then links the image at once',
    },
    copy: {
      severity: 'notice',
      say: say('name', 'with a separate file of the size of its image, not a link'),
      fix: ({ images, cache }: Links) =>
        `with the same bytes (cmp ${images}/IMAGE ${cache}/NAME) it is harmless and takes up its space twice; otherwise: ${MOVE_AWAY}`,
    },
    newline: {
      severity: 'notice',
      say: say('name', 'computed from an image id plus a newline (Nova never looks for such names)'),
      fix: () =>
        'harmless: link-sync links the images under their right names; these names may be removed, which frees no space',
    },
    alias: {
      severity: 'notice',
      say: say('name', 'that belongs to no image, with the file of an image'),
      fix: () => 'nothing needs to be done. Only a VM that was made on this name uses it',
    },
  },
  judge: ({ node, pool, answers: { symlinks } }, report) => {
    const { images, cache } = pool.inventory.settings.pool;
    const odd = oddLinksOf(node, symlinks);
    const of = (kind: OddLink['kind']) => {
      const links = odd.filter((link) => link.kind === kind).map(describe);
      return links.length === 0 ? [] : [report(kind, { images, cache, links: some(links, MAX_NAMES_SHOWN) })];
    };
    return [
      ...of('other-image'),
      ...of('other-size'),
      ...of('symlink'),
      ...of('copy'),
      ...of('newline'),
      ...of('alias'),
    ];
  },
});

function describe({ name, image }: OddLink): string {
  return image === '' ? name : `${name} (image ${image})`;
}

/** Memoized: the folders hold thousands of files, and the pool is derived again for every host that is read again. */
const oddLinksOf = memoizeLast((backend: Backend, symlinks: readonly string[]): readonly OddLink[] => {
  const { imageFiles, cacheFiles, linkSyncConfig } = backend;
  if (imageFiles === null || cacheFiles === null) return [];
  return findOddLinks(imageFiles, cacheFiles, symlinks, parsePinned(linkSyncConfig)?.adopted ?? []);
});
