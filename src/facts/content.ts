import { quoteAll } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** Larger files are none that fastboot would edit. */
const LIMIT = 1024 * 1024;

/**
 * The text of a regular file (bytes that are no UTF-8 as `shell/bytes.ts` carries them); null where there is no such
 * file, or one that is no text fastboot could edit: larger than 1 MiB or with a NUL byte.
 */
export const content = defineFact<{ readonly path: string }, string | null>({
  name: 'content',
  script: (questions) => `for p in ${quoteAll(questions.map((question) => question.path))}; do
  if [ -f "$p" ]; then fb content "$p"; head -c ${LIMIT + 1} "$p"; fi
done`,
  parse: (frames, questions) => {
    const texts = new Map(frames.map((frame) => [frame.head.slice(1).join(' '), frame.body]));
    return questions.map(({ path }) => {
      const text = texts.get(path);
      return text === undefined || text.includes('\0') || text.length > LIMIT ? null : text;
    });
  },
});
