import type { Event } from '../../core/event.ts';
import type { Failure } from '../../core/failure.ts';
import { createCanvas } from '../terminal/canvas.ts';
import type { Every } from '../terminal/canvas.ts';
import { visible } from '../terminal/escape.ts';
import { describeFailure, failureCause } from '../failure/text.ts';
import type { Terminal } from '../terminal/painter.ts';
import { createProgressTracker, createRunClock, hasFailed } from './progress.ts';
import type { Cause, PhaseProgress } from './progress.ts';
import { interruptedLine } from './interrupted-line.ts';
import { phaseResult, phaseRows } from './rows.ts';
import type { Style } from '../terminal/style.ts';
import { pad, textWidth, truncate } from '../terminal/text.ts';
import type { View } from '../events/view.ts';

export interface ListrViewOptions {
  readonly stream: Terminal;
  readonly style: Style;
  /** A clock in seconds that cannot jump. */
  readonly seconds?: () => number;
  /** Calls for a new picture again and again, as long as there is something live. */
  readonly every?: Every;
}

/** How often the picture is made anew: five times a second. */
const REFRESH_MS = 200;
/** Lines about kinds of failures that stay, in one phase; the recap has them all. */
const STAYING_FAILURES = 10;

/**
 * Progress on a terminal. listr2 draws and drives nothing (anchors 0.9): each phase of the run is one listr2 task whose
 * title is the whole picture, made from the events five times a second. Between phases nothing is live. Lines that stay
 * (failures, notices) come out above the picture.
 */
export async function createListrView({
  stream,
  style,
  seconds = monotonic,
  every = refresh,
}: ListrViewOptions): Promise<View> {
  const canvas = await createCanvas(stream, every);
  const tracker = createProgressTracker();
  const clock = createRunClock(seconds);
  let finish: (() => void) | undefined;
  let drawn = Promise.resolve();
  let settled = drawn;

  const endPhase = () => {
    finish?.();
    finish = undefined;
    settled = drawn;
  };
  const size = () => ({ columns: (stream.columns ?? 80) - 2, rows: stream.rows ?? 24 });
  const startPhase = (phase: PhaseProgress) => {
    endPhase();
    const ended = new Promise<void>((resolve) => (finish = resolve));
    const picture = () => phaseRows(phase, style, { now: clock.now(), ...size() }).join('\n');
    const result = () => phaseResult(phase, style, size().columns);
    drawn = drawn.then(() => canvas.draw(picture, result, ended));
  };
  const say = (event: Event) => {
    const line = stayingLine(event, tracker.phase(), style, size().columns);
    if (line !== undefined) canvas.say(line);
  };
  return {
    handle: (event) => {
      clock.see(event);
      say(event);
      tracker.handle(event);
      if (event.type === 'phase.done') endPhase();
      const phase = tracker.phase();
      if (event.type === 'phase.start' && phase) startPhase(phase);
    },
    flush: () => settled,
    close: () => {
      endPhase();
      return settled;
    },
  };
}

const monotonic = () => performance.now() / 1000;

const refresh: Every = (callback) => {
  const timer = setInterval(callback, REFRESH_MS);
  return () => clearInterval(timer);
};

/** The line that stays of an event, given the phase as it was before it. */
function stayingLine(
  event: Event,
  phase: PhaseProgress | undefined,
  style: Style,
  columns: number,
): string | undefined {
  const { warning } = style.symbols;
  switch (event.type) {
    case 'change.failed':
    case 'host.failed':
      return failureLine(event.host, event.failure, phase, style, columns);
    case 'notice': {
      const host = event.host === undefined ? '' : `${visible(event.host)}  `;
      return `${style.yellow(warning)} ${host}${visible(event.text)}`;
    }
    case 'rollout.stopped':
      return `${style.yellow(warning)} no further hosts are begun: ${visible(event.reason)}`;
    case 'lock.waiting':
      return `${style.yellow(warning)} waiting for the lock of another run: ${visible(event.holder)}`;
    case 'interrupted':
      return `${style.yellow(warning)} ${interruptedLine(event, phase)}`;
    default:
      return undefined;
  }
}

/** The first failure of each cause is said in one line; the picture counts the others, the recap has all of them. */
function failureLine(
  host: string,
  failure: Failure,
  phase: PhaseProgress | undefined,
  style: Style,
  columns: number,
): string | undefined {
  const { failed, warning, ellipsis } = style.symbols;
  const causes = phase?.causes ?? new Map<string, Cause>();
  if (hasFailed(phase, host) || causes.has(failureCause(host, failure))) return undefined;
  if (causes.size > STAYING_FAILURES) return undefined;
  if (causes.size === STAYING_FAILURES)
    return `${style.yellow(warning)} more kinds of failures: counted below, listed at the end`;
  const text = `${visible(host)}  ${describeFailure(host, failure).what}`;
  const symbol = pad(failed, textWidth(style.symbols.ok));
  return `${style.red(symbol)} ${truncate(text, columns - textWidth(symbol) - 1, ellipsis)}`;
}
