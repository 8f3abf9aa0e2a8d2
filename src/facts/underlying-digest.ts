/** The SHA-256 of files in the folder under a mount. */
import { nameOf, parentOf } from '../core/path.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { digestReporter, readSum } from './file-digest.ts';
import { defineFact } from './query.ts';

/**
 * A folder under a mount, as programs take it that go there: the path of its parent, and its name there. In a mount
 * namespace of their own they bind the parent over itself, without what is mounted below it.
 */
export function underlyingWords(folder: string): readonly [string, string] {
  return [parentOf(folder), nameOf(folder)];
}

/** $1 and $2: the folder, see `underlyingWords`. $3: the file's name. */
const DIGEST = `mount -n --bind "$1" "$1" && cd -P -- "$1/$2" && [ -f "./$3" ] && ! [ -L "./$3" ] && sha256sum <"./$3"`;

/** The sum of a regular file; null where there is none. It takes long, so it is asked only once in a run. */
export const underlyingDigest = defineFact<{ readonly folder: string; readonly name: string }, string | null>(
  {
    name: 'underlying-digest',
    once: true,
    script: (questions) => `${digestReporter}
digest_underlying() {
  report_while "$3" "$4" "$5"
  sum=$(unshare -m sh -c ${quote(DIGEST)} sh "$1" "$2" "$3")
  stop_report
  fb underlying-digest "\${sum%% *}"
}
${questions
  .map(
    ({ folder, name }, index) =>
      `digest_underlying ${quoteAll([...underlyingWords(folder), name])} ${index + 1} ${questions.length}`,
  )
  .join('\n')}`,
    parse: (frames, questions) => questions.map((_, index) => readSum(frames[index])),
  },
);
