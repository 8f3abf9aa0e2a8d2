import type { Emit } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { Query } from '../facts/fact.ts';
import { FactError } from '../facts/fact.ts';
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
import { trackChanges } from './track-changes.ts';
import type { Progress } from './track-changes.ts';
import { withoutProgress } from './progress-lines.ts';

/** How carrying out a host's plan ended. `done` counts the changes that were made. */
export type Execution =
  | { readonly kind: 'done'; readonly done: number; readonly state: State }
  /** The run was interrupted: what was begun is finished, the rest was not begun. */
  | { readonly kind: 'stopped'; readonly done: number }
  | {
      readonly kind: 'failed';
      readonly done: number;
      readonly change: Change | undefined;
      readonly failure: Failure;
    };

export interface ExecuteOptions {
  readonly nonce: string;
  /** Seconds without a sign of life from the host after which it counts as stuck. */
  readonly timeoutSeconds: number;
  /** Asked before each unit. */
  readonly mayBegin: () => boolean;
  /** Aborted: the channel is closed at once. */
  readonly kill: AbortSignal;
  readonly now: () => number;
  readonly emit: Emit;
  readonly signature: Signature;
}

/**
 * Carries out a host's plan with one script, and reads the host again at its end.
 *
 * @param verify what is read afterwards; answers only after all changes were made
 */
export async function execute(
  connection: Connection,
  plan: HostPlan,
  verify: readonly Query[],
  options: ExecuteOptions,
): Promise<Execution> {
  const units = executableUnits(plan);
  const progress = trackChanges(plan.host, scriptChanges(units), options);
  const frames: Frame[] = [];
  const errors = tail();
  const parser = createFrameParser(
    options.nonce,
    (frame) => {
      frames.push(frame);
      progress.body(frame);
    },
    (head) => {
      progress.head(head);
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
      progress.output(chunk);
    },
    onStderr: (chunk) => errors.push(chunk),
  });
  const abort = (): void => script.abort();
  options.kill.addEventListener('abort', abort, { once: true });
  const exit = await script.exit;
  options.kill.removeEventListener('abort', abort);
  parser.end();
  const failure = exitFailure(exit, progress.current()?.task ?? 'changing the host', errors.text());
  return conclude(progress, frames, verify, failure);
}

function conclude(
  progress: Progress,
  frames: readonly Frame[],
  verify: readonly Query[],
  failure: Failure | undefined,
): Execution {
  const done = progress.done();
  const change = progress.current();
  if (failure !== undefined) return { kind: 'failed', done, change, failure };
  const failed = frames.find((frame) => frame.head[0] === 'failed');
  if (failed !== undefined) {
    const during = change?.task ?? 'changing the host';
    const begun = frames.filter((frame) => frame.head[0] === 'start').at(-1);
    const output = lastLines(withoutProgress((change === undefined ? failed : begun)?.body ?? ''));
    const code = Number(failed.head[1]);
    const kind: Failure =
      code === REFUSED
        ? { kind: 'stale', during, output }
        : { kind: 'command', during, code, signal: null, output };
    return { kind: 'failed', done, change, failure: kind };
  }
  if (frames.some((frame) => frame.head[0] === 'stopped')) return { kind: 'stopped', done };
  const from = frames.findIndex((frame) => frame.head[0] === 'verify');
  try {
    return { kind: 'done', done, state: readAnswers(verify, frames.slice(from + 1)) };
  } catch (error) {
    if (!(error instanceof FactError)) throw error;
    return {
      kind: 'failed',
      done,
      change,
      failure: { kind: 'protocol', during: 'reading back', detail: error.message },
    };
  }
}
