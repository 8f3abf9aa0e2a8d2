/** The SHA-256 of whole files. */
import type { Frame } from '../shell/frame.ts';
import { quote } from '../shell/quote.ts';
import digestReporter from './digest-reporter.sh';
import { defineFact } from './query.ts';

export { digestReporter };

/** The sum in a frame's head; null where it holds none. */
export function readSum(frame: Frame | undefined): string | null {
  const sum = frame?.head[1] ?? '';
  return /^[0-9a-f]{64}$/.test(sum) ? sum : null;
}

/**
 * The sum of a regular file; null where there is none, or it is on a network mount. It takes long: it is asked only where
 * a decision needs it, never again in the same run, and reports while it runs.
 */
export const fileDigest = defineFact<{ readonly path: string }, string | null>({
  name: 'file-digest',
  once: true,
  script: (questions) => `${digestReporter}
digest() {
  if is_remote "$1" || [ -L "$1" ] || ! [ -f "$1" ]; then fb file-digest; return; fi
  report_while "$1" "$2" "$3"
  sum=$(sha256sum <"$1")
  stop_report
  fb file-digest "\${sum%% *}"
}
${questions.map(({ path }, index) => `digest ${quote(path)} ${index + 1} ${questions.length}`).join('\n')}`,
  parse: (frames, questions) => questions.map((_, index) => readSum(frames[index])),
});
