import { RUN_LOCK_FILE, RUNTIME_FOLDER } from '../core/host-paths.ts';
import type { Failure } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { createFrameParser, framePrelude } from '../shell/frame.ts';
import { quote } from '../shell/quote.ts';
import type { Connection, RunningScript } from '../transport/transport.ts';
import { exitFailure, tail } from './exit-failure.ts';
import { recordFunctions } from './record-run.ts';

/**
 * Seconds: between the controller's signs of life; after how many without one the lock ends by itself; for how long the
 * controller relies on one that was answered (less, because the answer takes its time); for giving it up.
 */
const BEAT = 10;
const PATIENCE = 45;
const TRUST = 30;
const RELEASE = 10;

const DURING = 'taking the run lock';

/** Who holds the run lock: one line of text, shown to whoever finds it taken. */
export interface LockHolder {
  readonly run: string;
  readonly who: string;
  readonly from: string;
  readonly since: string;
  readonly command: string;
}

export interface LockOptions {
  readonly nonce: string;
  /** For how long to wait for another run to end. */
  readonly waitSeconds: number;
  /** Called with the holder's line when the wait begins, and whenever another run holds the lock. */
  readonly onWaiting: (holder: string) => void;
  /** Aborted: the lock is no longer wanted. */
  readonly stop: AbortSignal;
  /** Unix seconds. */
  readonly now: () => number;
}

export interface Lock {
  /** Resolves when the lock is given up or lost. */
  readonly ended: Promise<void>;
  /** Whether no other run can have begun: not so where this program stood still, or the backend has not answered. */
  isHeld(): boolean;
  /** Has the session on the backend call one of `recordFunctions`; the error says why that failed. */
  ask(request: string): Promise<Result<null, string>>;
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
  options: LockOptions,
): Promise<Result<Lock, LockFailure>> {
  const errors = tail();
  let heldBy: string | undefined;
  let waitingFor: string | undefined;
  let locked: () => void = () => undefined;
  const taken = new Promise<'locked'>((resolve) => (locked = () => resolve('locked')));
  let pulse: Pulse | undefined;
  const questions: Questions = [];
  const hear = ([word, ...rest]: readonly string[]): void => {
    const text = rest.join(' ');
    if (word === 'held') heldBy = text;
    else if (word === 'alive') pulse?.answered();
    else if (word === 'answer') questions.shift()?.(answerOf(rest));
    else if (word === 'locked') {
      pulse = startPulse(script, options.now);
      locked();
    } else if (word === 'waiting' && text !== waitingFor) {
      waitingFor = text;
      options.onWaiting(text);
    }
  };
  const parser = createFrameParser(options.nonce, () => undefined, hear);
  const script = connection.run(lockScript(holder, options), {
    timeoutSeconds: PATIENCE,
    onStdout: (chunk) => {
      script.touch();
      parser.push(chunk);
    },
    onStderr: (chunk) => errors.push(chunk),
  });
  const ended = script.exit.then(() => {
    pulse?.end();
    for (const resolve of questions.splice(0)) resolve(err('the session on the backend has ended'));
  });
  const abort = (): void => script.abort();
  options.stop.addEventListener('abort', abort, { once: true });
  const first = await Promise.race([taken, script.exit]);
  options.stop.removeEventListener('abort', abort);
  if (first === 'locked' && pulse !== undefined) {
    return ok(heldLock(script, pulse, questions, ended));
  }
  if (heldBy !== undefined) return err({ kind: 'held', holder: heldBy });
  const failure = first === 'locked' ? undefined : exitFailure(first, DURING, errors.text());
  return err({
    kind: 'failed',
    failure: failure ?? { kind: 'protocol', during: DURING, detail: 'no answer' },
  });
}

interface Pulse {
  /** Whether the last sign of life that was answered is so young that the lock must be there. */
  isFresh(): boolean;
  isOver(): boolean;
  answered(): void;
  end(): void;
}

/** Signs of life, one at a time, so that an answer belongs to a known one: also one that is read long after it came. */
function startPulse(script: RunningScript, now: () => number): Pulse {
  let confirmed = now();
  let sent: number | undefined;
  let over = false;
  const beat = (): void => {
    if (sent !== undefined) return;
    sent = now();
    script.write('alive\n');
  };
  const timer = setInterval(beat, BEAT * 1000);
  return {
    isOver: () => over,
    isFresh: () => !over && now() - confirmed < TRUST,
    answered: () => {
      confirmed = sent ?? confirmed;
      sent = undefined;
    },
    end: () => {
      over = true;
      clearInterval(timer);
    },
  };
}

type Questions = ((answer: Result<null, string>) => void)[];

function answerOf([code, ...text]: readonly string[]): Result<null, string> {
  return code === '0' ? ok(null) : err(text.join(' ').trim());
}

function heldLock(script: RunningScript, pulse: Pulse, questions: Questions, ended: Promise<void>): Lock {
  return {
    ended,
    ask: (request) =>
      new Promise((resolve) => {
        if (pulse.isOver()) resolve(err('the session on the backend has ended'));
        else {
          questions.push(resolve);
          script.write(`${request}\n`);
        }
      }),
    isHeld: () => {
      const held = pulse.isFresh();
      if (!held) script.abort();
      return held;
    },
    // it is free once the script has ended; a backend that does not answer any more frees it by itself
    release: async () => {
      pulse.end();
      script.end();
      const timer = setTimeout(() => script.abort(), RELEASE * 1000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function lockScript(holder: LockHolder, { nonce, waitSeconds }: LockOptions): string {
  return `{
${framePrelude(nonce)}${recordFunctions}mkdir -p -m 0755 ${RUNTIME_FOLDER} || exit 1
umask 077
exec 9>>${RUN_LOCK_FILE} || exit 1
left=${waitSeconds}
until flock -n 9; do
  holder=$(head -n 1 ${RUN_LOCK_FILE} | head -c 2000)
  if [ $left -le 0 ]; then fb held "$holder"; exit 0; fi
  fb waiting "$holder"
  sleep 1
  left=$((left - 1))
done
printf '%s\\n' ${quote(JSON.stringify(holder))} >${RUN_LOCK_FILE}
fb locked
while line=$(timeout ${PATIENCE} sh -c 'IFS= read -r line && printf "%s\\n" "$line"' 9>&-) && [ -n "$line" ]; do
  case $line in
    save\\ * | drop\\ * | prune)
      set -f
      said=$($line 2>&1)
      code=$?
      set +f
      fb answer $code "$(printf %s "$said" | tr '\\n' ' ')"
      ;;
    *) fb alive ;;
  esac
done
: >${RUN_LOCK_FILE}
exit 0
}
`;
}

/** The holder's line as people read it; as it is where it is no line of ours. */
export function describeHolder(line: string): string {
  try {
    const { who, from, since, command } = JSON.parse(line) as Record<string, unknown>;
    return `${String(who)}@${String(from)}, since ${String(since)}: ${String(command)}`;
  } catch {
    return line === '' ? 'it has not said who it is' : line;
  }
}
