/** Runs a host's plan with one script. */
import type { Emit } from '../core/event.ts';
import { DURING_VERIFICATION } from '../core/failure.ts';
import type { Failure } from '../core/failure.ts';
import { FactError } from '../facts/fact.ts';
import type { Query } from '../facts/fact.ts';
import { readAnswers } from '../facts/query.ts';
import type { State } from '../facts/state.ts';
import { compileScript, scriptChanges } from '../plan/compile.ts';
import type { Signature } from '../plan/compile.ts';
import { executableUnits } from '../plan/plan.ts';
import type { Change, HostPlan } from '../plan/plan.ts';
import { createFrameParser } from '../shell/frame.ts';
import type { Frame } from '../shell/frame.ts';
import { REFUSED } from '../shell/prelude.ts';
import type { Connection } from '../transport/transport.ts';
import { exitFailure, lastLines, tail } from './exit-failure.ts';
import { withoutProgress } from './progress-lines.ts';
import { trackChanges } from './track-changes.ts';
import type { ChangeTracker } from './track-changes.ts';

/** How a host's script ended. `done` counts the changes that were made. */
export type Execution =
  | { readonly kind: 'done'; readonly done: number; readonly state: State }
  /** The run was interrupted: the unit that was begun is finished, the other units were not started. */
  | { readonly kind: 'stopped'; readonly done: number }
  | {
      readonly kind: 'failed';
      readonly done: number;
      /** The change that failed, if one was started. */
      readonly change: Change | undefined;
      readonly failure: Failure;
    };

export interface ExecuteOptions {
  readonly nonce: string;
  /** A host that is silent for this long has timed out. */
  readonly timeoutSeconds: number;
  /** Asked before each unit. */
  readonly mayBegin: () => boolean;
  /** Aborted: the connection is closed at once. */
  readonly kill: AbortSignal;
  /** Seconds, by a clock that cannot jump. */
  readonly now: () => number;
  readonly emit: Emit;
  readonly signature: Signature;
}

/** The step of a failure for which no change was started. */
const NO_CHANGE = 'changing the host';

/**
 * Makes the changes of a host's plan with one script, which reads the host again at its end.
 *
 * @param verify what is read at the end, after all changes were made
 */
export async function execute(
  connection: Connection,
  plan: HostPlan,
  verify: readonly Query[],
  options: ExecuteOptions,
): Promise<Execution> {
  const units = executableUnits(plan);
  const tracker = trackChanges(plan.host, scriptChanges(units), options);
  const frames: Frame[] = [];
  const errors = tail();
  const parser = createFrameParser(
    options.nonce,
    (frame) => {
      frames.push(frame);
      tracker.body(frame);
    },
    (head) => {
      tracker.head(head);
      // the script asks before each unit; at the end of its input it stops
      if (head[0] !== 'next') return;
      if (options.mayBegin()) script.write('go\n');
      else script.end();
    },
  );
  const script = connection.run(compileScript(units, verify, options), {
    timeoutSeconds: options.timeoutSeconds,
    onStdout: (chunk) => {
      script.touch();
      parser.push(chunk);
      tracker.output(chunk);
    },
    onStderr: (chunk) => errors.push(chunk),
  });
  const abort = (): void => script.abort();
  options.kill.addEventListener('abort', abort, { once: true });
  const exit = await script.exit;
  options.kill.removeEventListener('abort', abort);
  parser.end();
  const failure = exitFailure(exit, tracker.current()?.task ?? NO_CHANGE, errors.text());
  return conclude(tracker, frames, verify, failure);
}

/** @param failure how the script itself failed, if it did */
function conclude(
  tracker: ChangeTracker,
  frames: readonly Frame[],
  verify: readonly Query[],
  failure: Failure | undefined,
): Execution {
  const done = tracker.done();
  const change = tracker.current();
  if (failure !== undefined) return { kind: 'failed', done, change, failure };
  const failed = frames.find((frame) => frame.head[0] === 'failed');
  if (failed !== undefined) {
    return { kind: 'failed', done, change, failure: stepFailure(failed, frames, change) };
  }
  if (frames.some((frame) => frame.head[0] === 'stopped')) return { kind: 'stopped', done };
  const from = frames.findIndex((frame) => frame.head[0] === 'verify');
  try {
    return { kind: 'done', done, state: readAnswers(verify, frames.slice(from + 1)) };
  } catch (error) {
    if (!(error instanceof FactError)) throw error;
    const unreadable: Failure = { kind: 'protocol', during: DURING_VERIFICATION, detail: error.message };
    return { kind: 'failed', done, change, failure: unreadable };
  }
}

/** The failure of a change, or of a unit that could not be started. Their output is in the frame that was open. */
function stepFailure(failed: Frame, frames: readonly Frame[], change: Change | undefined): Failure {
  const during = change?.task ?? NO_CHANGE;
  const started = frames.filter((frame) => frame.head[0] === 'start').at(-1);
  const output = lastLines(withoutProgress((change === undefined ? failed : started)?.body ?? ''));
  const code = Number(failed.head[1]);
  return code === REFUSED
    ? { kind: 'stale', during, output }
    : { kind: 'command', during, code, signal: null, output };
}
