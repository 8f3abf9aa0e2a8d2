import { decodeBytes, encodeBytes } from '../core/bytes.ts';
import type { Frame } from '../shell/frame.ts';
import { quoteAll } from '../shell/quote.ts';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** Larger files are none that fastboot would edit. */
const LIMIT = 1024 * 1024;

/**
 * The text of a regular file, symbolic links followed (bytes that are no UTF-8 as `shell/bytes.ts` carries them); null
 * where there is no such file, or one that is larger than 1 MiB or on a network mount.
 *
 * All files come out of one `head` and are told apart by their sizes. Files in /proc and /sys have none: they come one
 * by one.
 */
export const content = defineFact<{ readonly path: string }, string | null>({
  name: 'content',
  script: (questions) => `set --
for p in ${quoteAll(questions.map((question) => question.path))}; do
  if is_far "$p" || ! [ -f "$p" ]; then continue; fi
  case $p in
    /proc/* | /sys/*) fb content one "$p"; head -c ${LIMIT + 1} "$p" ;;
    *) set -- "$@" "$p" ;;
  esac
done
if [ $# -gt 0 ]; then
  fb content sizes
  stat -L -c '%s %n' "$@"
  fb content bytes
  head -q -c ${LIMIT + 1} "$@"
fi`,
  parse: (frames, questions) => {
    const texts = new Map(
      frames.flatMap(({ head: [, form, ...words], body }) =>
        form === 'one' ? [[words.join(' '), body]] : [],
      ),
    );
    for (const [name, text] of splitBySize(frames)) texts.set(name, text);
    return questions.map(({ path }) => {
      const text = texts.get(path);
      return text === undefined || text.length > LIMIT ? null : text;
    });
  },
});

function splitBySize(frames: readonly Frame[]): readonly (readonly [string, string])[] {
  const part = (form: string) => frames.find(({ head }) => head[1] === form)?.body ?? '';
  const bytes = encodeBytes(part('bytes'));
  let from = 0;
  const texts = part('sizes')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const size = Math.min(parseInt(line, 10), LIMIT + 1);
      const text = decodeBytes(bytes.subarray(from, from + size));
      from += size;
      return [line.slice(line.indexOf(' ') + 1), text] as const;
    });
  if (from !== bytes.length) throw new FactError('a file changed while it was read');
  return texts;
}
