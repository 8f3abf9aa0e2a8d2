import type { Writable } from 'node:stream';
import type { Event } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { visible } from './escape.ts';
import { describeFailure } from './failure-text.ts';
import { createProgressTracker, createRunClock, hasFailed } from './progress.ts';
import type { PhaseProgress } from './progress.ts';
import { phaseResult, phaseRows } from './progress-rows.ts';
import type { Style } from './style.ts';
import { textWidth, truncate } from './text.ts';
import type { View } from './view.ts';

/** What is asked of the stream; `columns` and `rows` may change while it is drawn on. */
export type Terminal = Writable & { readonly columns?: number; readonly rows?: number };

export interface ListrViewOptions {
  readonly stream: Terminal;
  readonly style: Style;
  /** A clock in seconds that cannot jump. */
  readonly seconds?: () => number;
}

/** How often the picture is made anew: five times a second. */
const REFRESH_MS = 200;
/** Lines about failures that stay, in one phase; the recap has them all. */
const STAYING_FAILURES = 20;

/**
 * Progress on a terminal. listr2 draws and drives nothing (anchors 0.9): each phase of the run is one listr2 task whose
 * title is the whole picture, made from the events five times a second. Between phases nothing is live. Lines that stay
 * (failures, notices) come out above the picture.
 */
export async function createListrView({
  stream,
  style,
  seconds = monotonic,
}: ListrViewOptions): Promise<View> {
  const canvas = await createCanvas(stream);
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
    let turn = 0;
    const picture = () => phaseRows(phase, style, { now: clock.now(), turn: turn++, ...size() }).join('\n');
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
      return `${style.yellow(warning)} ${event.signal}: finishing the steps that have begun; no new ones are begun`;
    default:
      return undefined;
  }
}

/** A host's failure is said once, in one line; the recap has it whole. */
function failureLine(
  host: string,
  failure: Failure,
  phase: PhaseProgress | undefined,
  style: Style,
  columns: number,
): string | undefined {
  const { failed, warning, ellipsis } = style.symbols;
  const before = phase?.failed.length ?? 0;
  if (hasFailed(phase, host) || before > STAYING_FAILURES) return undefined;
  if (before === STAYING_FAILURES)
    return `${style.yellow(warning)} more failures: counted below, listed at the end`;
  const text = `${visible(host)}  ${describeFailure(host, failure).what}`;
  return `${style.red(failed)} ${truncate(text, columns - textWidth(failed) - 1, ellipsis)}`;
}

interface Canvas {
  /** A line that stays, above what is live. */
  readonly say: (line: string) => void;
  /** Shows a picture until `ended`, then its result for good. */
  readonly draw: (picture: () => string, result: () => string, ended: Promise<void>) => Promise<void>;
}

// how log-update, by which listr2 draws, takes back its last picture
const ERASE = /^(?:\x1b\[(?:2K|1A|G))*/;

/** The one place that knows listr2; loaded when first needed, because other commands start faster without it. */
async function createCanvas(stream: Writable): Promise<Canvas> {
  const { Listr, ListrLogger, ProcessOutput, createWritable } = await import('listr2');
  let live = false;
  let staying = '';
  const takeStaying = () => {
    const text = staying;
    staying = '';
    return text;
  };
  const write = (chunk: string) => {
    const [erase] = ERASE.exec(chunk) ?? [''];
    stream.write(erase + takeStaying() + chunk.slice(erase.length));
  };
  // endless, because listr2 takes columns and rows once and for all: the picture itself fits
  const endless = (put: (chunk: string) => void) => createWritable(put) as unknown as NodeJS.WriteStream;
  const rendererOptions = () => ({
    lazy: true,
    indentation: 0,
    formatOutput: 'truncate' as const,
    icon: { WAITING: '', PENDING: '', COMPLETED: '' },
    logger: new ListrLogger({
      useIcons: false,
      processOutput: new ProcessOutput(
        endless(write),
        endless(() => undefined),
      ),
    }),
  });
  const show = async (picture: () => string, result: () => string, ended: Promise<void>) => {
    const task = async (_context: unknown, wrapper: { title: string | undefined }) => {
      const timer = setInterval(() => (wrapper.title = picture()), REFRESH_MS);
      await ended;
      clearInterval(timer);
      wrapper.title = result();
    };
    const list = new Listr([{ title: picture(), task }], {
      registerSignalListeners: false,
      exitOnError: false,
      // chosen also where standard output is no terminal: what counts is the stream that is given
      renderer: 'default',
      fallbackRenderer: 'default',
      rendererOptions: rendererOptions(),
      fallbackRendererOptions: rendererOptions(),
    });
    await list.run();
  };
  return {
    say: (line) => {
      if (live) staying += `${line}\n`;
      else stream.write(`${line}\n`);
    },
    draw: async (picture, result, ended) => {
      live = true;
      await show(picture, result, ended);
      live = false;
      stream.write(takeStaying());
    },
  };
}
