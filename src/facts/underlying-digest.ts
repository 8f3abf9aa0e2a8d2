import { quote, quoteAll } from '../shell/quote.ts';
import { digestTicker, readSum } from './file-digest.ts';
import { defineFact } from './query.ts';

/**
 * Shell that goes to the folder beneath a mount: $1 is the path of its parent, $2 its name there. In a mount
 * table of its own (`unshare -m`) the parent is bound over itself, without what is mounted below it.
 */
export const GO_BENEATH = `mount -n --bind "$1" "$1" && cd -P -- "$1/$2"`;

/** A folder as `GO_BENEATH` wants it: its parent, and its name there. */
export function beneathWords(folder: string): readonly [string, string] {
  const slash = folder.lastIndexOf('/');
  return [folder.slice(0, slash) || '/', folder.slice(slash + 1)];
}

/** The SHA-256 of a regular file in the folder beneath a mount; null where there is none. Dear, so asked once. */
export const beneathDigest = defineFact<{ readonly folder: string; readonly name: string }, string | null>({
  name: 'beneath-digest',
  once: true,
  script: (questions) => `${digestTicker}
digest() {
  tick "$(printf %s "$3" | tr '\\n' ?)" $4 $5 &
  ticker=$!
  sum=$(unshare -m sh -c ${quote(`${GO_BENEATH} && [ -f "./$3" ] && ! [ -L "./$3" ] && sha256sum <"./$3"`)} sh "$1" "$2" "$3")
  kill $ticker
  wait $ticker
  fb beneath-digest "\${sum%% *}"
}
${questions
  .map(
    ({ folder, name }, index) =>
      `digest ${quoteAll([...beneathWords(folder), name])} ${index + 1} ${questions.length}`,
  )
  .join('\n')}`,
  parse: (frames, questions) => questions.map((_, index) => readSum(frames[index])),
});
