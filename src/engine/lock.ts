/**
 * The run lock: one run at a time works on a pool. The lock is an flock(1) that a script on the backend holds, see
 * `lock-script.ts`.
 */
import type { Failure } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { createFrameParser } from '../shell/frame.ts';
import type { Connection, RunningScript } from '../transport/transport.ts';
import { exitFailure, tail } from './exit-failure.ts';
import { HEARTBEAT_TIMEOUT_S, startHeartbeat } from './heartbeat.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { LockHolder } from './lock-holder.ts';
import { lockScript } from './lock-script.ts';

/** A backend that does not end the session in this time is not waited for. It frees the lock by itself. */
const RELEASE_TIMEOUT_S = 10;

const DURING = 'taking the run lock';
const SESSION_ENDED = 'the session on the backend has ended';

export interface LockOptions {
  readonly nonce: string;
  /** How long to wait for another run to end. */
  readonly waitSeconds: number;
  /** Called with the line of the holder when the wait starts, and when another run takes the lock meanwhile. */
  readonly onWaiting: (holder: string) => void;
  /** Aborted: the lock is not needed any more. */
  readonly stop: AbortSignal;
  /** Unix seconds. */
  readonly now: () => number;
}

export interface Lock {
  /** Resolves when the lock is released or lost. */
  readonly ended: Promise<void>;
  /** Whether no other run can have started. False where this program stood still, or the backend has not answered. */
  isHeld(): boolean;
  /** Calls one of `recordFunctions` on the backend. The error says why it failed. */
  ask(request: string): Promise<Result<null, string>>;
  release(): Promise<void>;
}

export type LockFailure =
  { readonly kind: 'held'; readonly holder: string } | { readonly kind: 'failed'; readonly failure: Failure };

/** Takes the run lock on the backend. It ends with its session, and without heartbeats after HEARTBEAT_TIMEOUT_S. */
export async function takeLock(
  connection: Connection,
  holder: LockHolder,
  options: LockOptions,
): Promise<Result<Lock, LockFailure>> {
  const errors = tail();
  const requests: Requests = [];
  let heldBy: string | undefined;
  let waitingFor: string | undefined;
  let heartbeat: Heartbeat | undefined;
  let onLocked: () => void = () => undefined;
  const locked = new Promise<'locked'>((resolve) => (onLocked = () => resolve('locked')));
  const onHead = ([word, ...rest]: readonly string[]): void => {
    const text = rest.join(' ');
    if (word === 'held') heldBy = text;
    else if (word === 'alive') heartbeat?.answered();
    else if (word === 'answer') requests.shift()?.(answerOf(rest));
    else if (word === 'locked') {
      heartbeat = startHeartbeat(script, options.now);
      onLocked();
    } else if (word === 'waiting' && text !== waitingFor) {
      waitingFor = text;
      options.onWaiting(text);
    }
  };
  const parser = createFrameParser(options.nonce, () => undefined, onHead);
  const script = connection.run(lockScript(holder, options.nonce, options.waitSeconds), {
    timeoutSeconds: HEARTBEAT_TIMEOUT_S,
    onStdout: (chunk) => {
      script.touch();
      parser.push(chunk);
    },
    onStderr: (chunk) => errors.push(chunk),
  });
  const ended = script.exit.then(() => {
    heartbeat?.end();
    for (const resolve of requests.splice(0)) resolve(err(SESSION_ENDED));
  });
  const abort = (): void => script.abort();
  options.stop.addEventListener('abort', abort, { once: true });
  const first = await Promise.race([locked, script.exit]);
  options.stop.removeEventListener('abort', abort);
  if (first === 'locked' && heartbeat !== undefined) return ok(heldLock(script, heartbeat, requests, ended));
  if (heldBy !== undefined) return err({ kind: 'held', holder: heldBy });
  const failure = first === 'locked' ? undefined : exitFailure(first, DURING, errors.text());
  return err({
    kind: 'failed',
    failure: failure ?? { kind: 'protocol', during: DURING, detail: 'no answer' },
  });
}

/** The requests that the session has not answered yet, in order. */
type Requests = ((answer: Result<null, string>) => void)[];

function answerOf([code, ...text]: readonly string[]): Result<null, string> {
  return code === '0' ? ok(null) : err(text.join(' ').trim());
}

function heldLock(
  script: RunningScript,
  heartbeat: Heartbeat,
  requests: Requests,
  ended: Promise<void>,
): Lock {
  return {
    ended,
    ask: (request) =>
      new Promise((resolve) => {
        if (heartbeat.hasEnded()) resolve(err(SESSION_ENDED));
        else {
          requests.push(resolve);
          script.write(`${request}\n`);
        }
      }),
    isHeld: () => {
      const isHeld = heartbeat.isFresh();
      if (!isHeld) script.abort();
      return isHeld;
    },
    // the lock is free when the script has ended
    release: async () => {
      heartbeat.end();
      script.end();
      const timer = setTimeout(() => script.abort(), RELEASE_TIMEOUT_S * 1000);
      await ended;
      clearTimeout(timer);
    },
  };
}
