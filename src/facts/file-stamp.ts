import { quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** By which a file is known again without reading it. */
export type FileStamp = {
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly inode: number;
};

/** What a regular file is like; null where there is none, or it is far away. */
export const fileStamp = defineFact<{ readonly path: string }, FileStamp | null>({
  name: 'file-stamp',
  script: (questions) => `for p in ${quoteAll(questions.map((question) => question.path))}; do
  fb file-stamp
  if ! is_far "$p" && ! [ -L "$p" ] && [ -f "$p" ]; then stat -c '%s %Y %i' "$p"; fi
done`,
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const match = /^(\d+) (\d+) (\d+)\n/.exec(frames[index]?.body ?? '');
      return match && { size: Number(match[1]), mtime: Number(match[2]), inode: Number(match[3]) };
    }),
});
