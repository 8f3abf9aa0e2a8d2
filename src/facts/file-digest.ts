import type { Frame } from '../shell/frame.ts';
import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';

/** Seconds between two signs of life. */
const TICK = 5;

/** Shell function: says that it goes on for as long as it runs, beside the reading of file $1, the $2th of $3. */
export const digestTicker = `tick() {
  while :; do
    fb step "comparing: reading $1 ($2 of $3)"
    sleep ${TICK} >/dev/null || return
  done
}`;

/** The sum in a frame's head; null where it holds none. */
export function readSum(frame: Frame | undefined): string | null {
  const sum = frame?.head[1] ?? '';
  return /^[0-9a-f]{64}$/.test(sum) ? sum : null;
}

/**
 * The SHA-256 of a whole regular file; null where there is none, or it is far away. Dear: it is asked only where a
 * decision needs it, never again in the same run, and says how it goes on.
 */
export const fileDigest = defineFact<{ readonly path: string }, string | null>({
  name: 'file-digest',
  once: true,
  script: (questions) => `${digestTicker}
digest() {
  if is_far "$1" || [ -L "$1" ] || ! [ -f "$1" ]; then fb file-digest; return; fi
  tick "$(printf %s "$1" | tr '\\n' ?)" $2 $3 &
  ticker=$!
  sum=$(sha256sum <"$1")
  kill $ticker
  wait $ticker
  fb file-digest "\${sum%% *}"
}
${questions.map(({ path }, index) => `digest ${quote(path)} ${index + 1} ${questions.length}`).join('\n')}`,
  parse: (frames, questions) => questions.map((_, index) => readSum(frames[index])),
});
