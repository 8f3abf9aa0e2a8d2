/** Reads facts from one host. */
import type { Failure } from '../core/failure.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { clock } from '../facts/clock.ts';
import { FactError } from '../facts/fact.ts';
import type { Query } from '../facts/fact.ts';
import { queryScript, readAnswers } from '../facts/query.ts';
import type { State } from '../facts/state.ts';
import { createFrameParser } from '../shell/frame.ts';
import type { Frame } from '../shell/frame.ts';
import type { Connection } from '../transport/transport.ts';
import { exitFailure, tail } from './exit-failure.ts';

/** The answers, and when the host's clock was read, in unix seconds of this machine. */
export interface Gathered {
  readonly state: State;
  readonly receivedAt: number;
}

export interface GatherOptions {
  readonly nonce: string;
  readonly timeoutSeconds: number;
  /** Aborted: the connection is closed at once. Reading changes nothing, so nothing is left half done. */
  readonly stop: AbortSignal;
  /** Unix seconds of this machine. */
  readonly now: () => number;
  /** Called with what the host is doing, where that takes long. */
  readonly onStep?: (step: string) => void;
}

/** The frame that a slow fact sends to show that it is still at work. */
const STEP = 'step';

/** Answers all queries with one script. It changes nothing on the host and writes no temporary file. */
export async function gather(
  connection: Connection,
  queries: readonly Query[],
  options: GatherOptions,
): Promise<Result<Gathered, Failure>> {
  const frames: Frame[] = [];
  const errors = tail();
  let receivedAt: number | undefined;
  const parser = createFrameParser(
    options.nonce,
    (frame) => frames.push(frame),
    ([name, ...words]) => {
      if (name === clock.fact.name) receivedAt = options.now();
      if (name !== STEP) return;
      script.touch();
      options.onStep?.(words.join(' '));
    },
  );
  const script = connection.run(queryScript(queries, options.nonce), {
    timeoutSeconds: options.timeoutSeconds,
    onStdout: (chunk) => parser.push(chunk),
    onStderr: (chunk) => errors.push(chunk),
  });
  script.end();
  const abort = (): void => script.abort();
  options.stop.addEventListener('abort', abort, { once: true });
  if (options.stop.aborted) abort();
  const exit = await script.exit;
  options.stop.removeEventListener('abort', abort);
  parser.end();
  const failure = exitFailure(exit, 'reading the host', errors.text());
  if (failure !== undefined) return err(failure);
  return parse(queries, frames, receivedAt ?? options.now());
}

function parse(
  queries: readonly Query[],
  frames: readonly Frame[],
  receivedAt: number,
): Result<Gathered, Failure> {
  try {
    return ok({ state: readAnswers(queries, frames), receivedAt });
  } catch (error) {
    if (error instanceof FactError)
      return err({ kind: 'protocol', during: 'reading the host', detail: error.message });
    throw error;
  }
}
