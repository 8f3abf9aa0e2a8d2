/** The content of files. */
import { decodeBytes, encodeBytes } from '../core/bytes.ts';
import type { Frame } from '../shell/frame.ts';
import { quoteAll } from '../shell/quote.ts';
import functions from './content.sh';
import { FactError } from './fact.ts';
import { defineFact } from './query.ts';

/** fastboot edits no larger files. */
const MAX_BYTES = 1024 * 1024;

/**
 * The text of a regular file, symbolic links followed; `core/bytes.ts` says what bytes that are not UTF-8 are in it. Null
 * where there is no such file, or where it is larger than 1 MiB or on a network mount.
 */
export const content = defineFact<{ readonly path: string }, string | null>({
  name: 'content',
  script: (questions) => `${functions}
read_contents ${MAX_BYTES + 1} ${quoteAll(questions.map((question) => question.path))}`,
  parse: (frames, questions) => {
    const texts = new Map(
      frames.flatMap(({ head: [, form, ...words], body }) =>
        form === 'one' ? [[words.join(' '), body]] : [],
      ),
    );
    for (const [name, text] of splitBySize(frames)) texts.set(name, text);
    return questions.map(({ path }) => {
      const text = texts.get(path);
      return text === undefined || Buffer.byteLength(text) > MAX_BYTES ? null : text;
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
      const size = Math.min(parseInt(line, 10), MAX_BYTES + 1);
      const text = decodeBytes(bytes.subarray(from, from + size));
      from += size;
      return [line.slice(line.indexOf(' ') + 1), text] as const;
    });
  if (from !== bytes.length) throw new FactError('a file changed while it was read');
  return texts;
}
