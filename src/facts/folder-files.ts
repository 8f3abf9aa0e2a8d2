/** The regular files of a folder. */
import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

export interface FolderFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly inode: number;
}

/** About 100,000 files; a longer list counts as unreadable. */
const MAX_BYTES = 10_000_000;

/** All regular files in a folder; null where they could not all be read. */
export const folderFiles = defineFact<{ readonly path: string }, readonly FolderFile[] | null>({
  name: 'folder-files',
  script: (questions) =>
    [
      `list() {
  fb folder-files
  if is_remote "$1"; then return; fi
  if ! [ -d "$1" ]; then echo end; return; fi
  cd -P -- "$1" || return
  if is_remote "$PWD"; then return; fi
  find . ! -name . -prune -type f -print0 | xargs -0 stat -c '%s %i %n//' | head -c ${MAX_BYTES}
  echo end
}`,
      ...questions.map(({ path }) => `(list ${quote(path)})`),
    ].join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const body = frames[index]?.body ?? '';
      return body.endsWith('end\n') && Buffer.byteLength(body) < MAX_BYTES
        ? body.split('//\n').flatMap(parseFile)
        : null;
    }),
});

function parseFile(record: string): readonly FolderFile[] {
  const match = /^(\d+) (\d+) \.\/(.+)$/s.exec(record);
  return match === null ? [] : [{ name: match[3] ?? '', size: Number(match[1]), inode: Number(match[2]) }];
}
