/** Progress on a terminal: a live picture of the phase, and lines that stay above it. */
import type { Event } from '../../core/event.ts';
import type { Failure } from '../../core/failure.ts';
import { createCanvas } from '../terminal/canvas.ts';
import type { Every } from '../terminal/canvas.ts';
import { visible } from '../terminal/escape.ts';
import { failureCause } from '../failure/cause.ts';
import { describeFailure } from '../failure/describe.ts';
import { terminalSize } from '../terminal/painter.ts';
import type { Terminal } from '../terminal/painter.ts';
import { createProgressTracker, createRunClock, hasFailed } from './progress.ts';
import type { Cause, PhaseProgress } from './progress.ts';
import { interruptedLine } from './interrupted-line.ts';
import { phaseResult, phaseRows } from './rows.ts';
import type { Style } from '../terminal/style.ts';
import { pad, textWidth, truncate, wrap } from '../terminal/text.ts';
import type { View } from '../events/view.ts';

export interface ListrViewOptions {
  readonly stream: Terminal;
  readonly style: Style;
  /** Seconds, by a clock that cannot jump. */
  readonly seconds?: () => number;
  /** Calls back at an interval while a phase is shown. */
  readonly every?: Every;
}

const REFRESH_INTERVAL_MS = 200;
/** So many causes of failures get a line that stays, in one phase. The recap shows all of them. */
const MAX_CAUSES_SHOWN = 10;

/**
 * Each phase is one task of listr2, whose title is the whole picture. It is made from the events, five times a second.
 * Between two phases there is no picture. Lines that stay (failures, notices) are written above it.
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
  const size = () => {
    const { columns, rows } = terminalSize(stream);
    return { columns: columns - 2, rows };
  };
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
  const timer = setInterval(callback, REFRESH_INTERVAL_MS);
  return () => clearInterval(timer);
};

/**
 * The lines that stay, if any.
 *
 * @param phase the phase as it was before the event
 */
function stayingLine(
  event: Event,
  phase: PhaseProgress | undefined,
  style: Style,
  columns: number,
): string | undefined {
  switch (event.type) {
    case 'change.failed':
    case 'host.failed':
      return failureLine(event.host, event.failure, phase, style, columns);
    case 'notice': {
      const host = event.host === undefined ? '' : `${visible(event.host)}  `;
      return warningLines(`${host}${visible(event.text)}`, style, columns);
    }
    case 'rollout.stopped':
      return warningLines(`${visible(event.reason)}; stopping: no more hosts are started`, style, columns);
    case 'lock.waiting':
      return warningLines(`waiting for another run to end: ${visible(event.holder)}`, style, columns);
    case 'interrupted':
      return warningLines(interruptedLine(event, phase), style, columns);
    default:
      return undefined;
  }
}

/** A text after the warning symbol, broken between words where it does not fit. */
function warningLines(text: string, style: Style, columns: number): string {
  const { warning } = style.symbols;
  const margin = ' '.repeat(textWidth(warning) + 1);
  return `${style.yellow(warning)} ${wrap(text, columns - margin.length).join(`\n${margin}`)}`;
}

/** The first failure of each cause gets a line. The picture counts the others, and the recap shows all of them. */
function failureLine(
  host: string,
  failure: Failure,
  phase: PhaseProgress | undefined,
  style: Style,
  columns: number,
): string | undefined {
  const { failed, ellipsis } = style.symbols;
  const causes = phase?.causes ?? new Map<string, Cause>();
  if (hasFailed(phase, host) || causes.has(failureCause(host, failure))) return undefined;
  if (causes.size > MAX_CAUSES_SHOWN) return undefined;
  if (causes.size === MAX_CAUSES_SHOWN)
    return warningLines(
      'more kinds of failures: they are counted below and listed at the end',
      style,
      columns,
    );
  const text = `${visible(host)}  ${describeFailure(host, failure).what}`;
  const symbol = pad(failed, textWidth(style.symbols.ok));
  return `${style.red(symbol)} ${truncate(text, columns - textWidth(symbol) - 1, ellipsis)}`;
}
