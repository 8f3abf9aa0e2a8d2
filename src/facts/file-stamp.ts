/** By what a file is recognized without reading it. */
import { quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** While these stay the same, the file is taken for the same. */
export type FileStamp = {
  /** In bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly inode: number;
};

/** The stamp of a regular file; null where there is none, or it is on a network mount. */
export const fileStamp = defineFact<{ readonly path: string }, FileStamp | null>({
  name: 'file-stamp',
  script: (questions) => `for p in ${quoteAll(questions.map((question) => question.path))}; do
  fb file-stamp
  if ! is_remote "$p" && ! [ -L "$p" ] && [ -f "$p" ]; then stat -c '%s %Y %i' "$p"; fi
done`,
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const match = /^(\d+) (\d+) (\d+)\n/.exec(frames[index]?.body ?? '');
      return match && { size: Number(match[1]), mtime: Number(match[2]), inode: Number(match[3]) };
    }),
});
