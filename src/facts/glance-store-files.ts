/** The files of a folder that Glance keeps its images in. */
import { quote } from '../shell/quote.ts';
import { LIST_CURRENT_FOLDER, readListing } from './base-files.ts';
import type { BaseFile } from './base-files.ts';
import { defineFact } from './query.ts';

export interface StoreFiles {
  /** `mounted`: a network file system is mounted there; `remote`: the folder is on one. Neither was looked at. */
  readonly kind: 'absent' | 'folder' | 'mounted' | 'remote';
  /** The folder's path, with symbolic links in all but its last part followed. */
  readonly real: string;
  readonly files: readonly BaseFile[];
  /** Whether these are all files. */
  readonly complete: boolean;
}

/** Never touches a network mount (docs/facts.md#fact-24). */
export const storeFiles = defineFact<{ readonly path: string }, StoreFiles>({
  name: 'store-files',
  script: (questions) =>
    [
      `look() {
  real=$1
  if is_remote "\${1%/*}/"; then fb store-files remote "$1"; return; fi
  if cd -P -- "\${1%/*}/"; then real=\${PWD%/}/\${1##*/}; fi
  if is_mounted "$real" && is_remote "$real"; then fb store-files mounted "$real"; return; fi
  if is_remote "$real"; then fb store-files remote "$real"; return; fi
  if [ -d "$real" ] && cd -P -- "$real"; then
    if is_remote "$PWD"; then fb store-files remote "$PWD"; return; fi
    fb store-files folder "$PWD"
    ${LIST_CURRENT_FOLDER}
  else
    fb store-files absent "$real"
  fi
}`,
      ...questions.map(({ path }) => `(look ${quote(path)})`),
    ].join('\n'),
  parse: (frames, questions) =>
    questions.map((question, index): StoreFiles => {
      const [, word, ...path] = frames[index]?.head ?? [];
      const real = path.length === 0 ? question.path : path.join(' ');
      if (word === 'absent') return { kind: 'absent', real, files: [], complete: true };
      if (word !== 'folder')
        return { kind: word === 'mounted' ? 'mounted' : 'remote', real, files: [], complete: false };
      return { kind: 'folder', real, ...readListing(frames[index]?.body ?? '') };
    }),
});
