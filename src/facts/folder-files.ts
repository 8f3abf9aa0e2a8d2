import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** A regular file in a folder. */
export interface FolderFile {
  readonly name: string;
  readonly size: number;
  readonly inode: number;
}

/** About 100,000 files. */
const LIMIT = 10_000_000;

/** All regular files in a folder, however many; null where it could not be looked at, or not to its end. */
export const folderFiles = defineFact<{ readonly path: string }, readonly FolderFile[] | null>({
  name: 'folder-files',
  script: (questions) =>
    [
      `list() {
  fb folder-files
  if is_far "$1"; then return; fi
  if ! [ -d "$1" ]; then echo end; return; fi
  cd -P -- "$1" || return
  if is_far "$PWD"; then return; fi
  find . ! -name . -prune -type f -print0 | xargs -0 stat -c '%s %i %n//' | head -c ${LIMIT}
  echo end
}`,
      ...questions.map(({ path }) => `(list ${quote(path)})`),
    ].join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const body = frames[index]?.body ?? '';
      return body.endsWith('end\n') && body.length < LIMIT ? body.split('//\n').flatMap(parseFile) : null;
    }),
});

function parseFile(record: string): readonly FolderFile[] {
  const match = /^(\d+) (\d+) \.\/(.+)$/s.exec(record);
  return match === null ? [] : [{ name: match[3] ?? '', size: Number(match[1]), inode: Number(match[2]) }];
}
