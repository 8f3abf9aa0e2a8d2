import type { Failure } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { createFrameParser, framePrelude } from '../shell/frame.ts';
import { quote } from '../shell/quote.ts';
import type { Connection } from '../transport/transport.ts';
import { exitFailure, tail } from './exit.ts';

export const LOCK_FILE = '/run/fastboot/lock';

/** Seconds between the controller's signs of life, and after how many without one the lock ends by itself. */
const BEAT = 10;
const PATIENCE = 45;

const DURING = 'taking the run lock';

/** Who holds the run lock: one line of text, shown to whoever finds it taken. */
export interface LockHolder {
  readonly who: string;
  readonly from: string;
  readonly since: string;
  readonly command: string;
}

export interface Lock {
  /** Resolves when the lock is given up or lost. */
  readonly ended: Promise<void>;
  release(): Promise<void>;
}

export type LockFailure =
  { readonly kind: 'held'; readonly holder: string } | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Takes the run lock on the backend. It is an flock that a script of this run's own session holds: it ends with the
 * session, and when no sign of life has come for PATIENCE seconds, so nothing ever needs removing by hand.
 */
export async function takeLock(
  connection: Connection,
  holder: LockHolder,
  nonce: string,
): Promise<Result<Lock, LockFailure>> {
  const errors = tail();
  let heldBy: string | undefined;
  let locked: () => void = () => undefined;
  const taken = new Promise<'locked'>((resolve) => (locked = () => resolve('locked')));
  const parser = createFrameParser(
    nonce,
    ({ head, body }) => {
      if (head[0] === 'held') heldBy = body.trim();
    },
    ([word]) => {
      if (word === 'locked') locked();
    },
  );
  const script = connection.run(lockScript(holder, nonce), {
    timeoutSeconds: undefined,
    onStdout: (chunk) => parser.push(chunk),
    onStderr: (chunk) => errors.push(chunk),
  });
  const beat = setInterval(() => script.write('alive\n'), BEAT * 1000);
  const ended = script.exit.then(() => clearInterval(beat));
  const first = await Promise.race([taken, script.exit]);
  if (first === 'locked') {
    const release = (): Promise<void> => {
      script.end();
      return ended;
    };
    return ok({ ended, release });
  }
  parser.end();
  if (heldBy !== undefined) return err({ kind: 'held', holder: heldBy });
  const failure = exitFailure(first, DURING, errors.text());
  return err({
    kind: 'failed',
    failure: failure ?? { kind: 'protocol', during: DURING, detail: 'no answer' },
  });
}

function lockScript(holder: LockHolder, nonce: string): string {
  return `{
${framePrelude(nonce)}mkdir -p -m 0755 ${LOCK_FILE.replace(/\/[^/]*$/, '')} || exit 1
exec 9>>${LOCK_FILE} || exit 1
if flock -n 9; then
  printf '%s\\n' ${quote(JSON.stringify(holder))} >${LOCK_FILE}
  fb locked
  while line=$(timeout ${PATIENCE} head -n 1 9>&-) && [ -n "$line" ]; do :; done
  : >${LOCK_FILE}
else
  fb held
  cat ${LOCK_FILE}
fi
exit 0
}
`;
}
