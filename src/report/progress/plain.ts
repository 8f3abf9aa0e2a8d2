/** Progress where there is no terminal: one line for each result. */
import type { Event } from '../../core/event.ts';
import { visible } from '../terminal/escape.ts';
import { describeFailure } from '../failure/describe.ts';
import { interruptedLine } from './interrupted-line.ts';
import type { LineWriter } from '../terminal/line-writer.ts';
import { createProgressTracker, createRunClock, hasFailed, tallyHosts } from './progress.ts';
import type { PhaseProgress } from './progress.ts';
import { count, duration, elapsed } from '../terminal/text.ts';
import type { View } from '../events/view.ts';

export interface PlainViewOptions {
  readonly writer: LineWriter;
  readonly now: () => Date;
  /** Calls back at this interval until the returned function is called. */
  readonly every?: (milliseconds: number, callback: () => void) => () => void;
  /** Shows phases and failures only. */
  readonly quiet?: boolean;
  /** Shows each step of each host. */
  readonly verbose?: boolean;
}

/** After this long without a line, a line says that the run goes on. */
const HEARTBEAT_INTERVAL_MS = 30_000;

export function createPlainView(options: PlainViewOptions): View {
  const { writer, now, every = repeat } = options;
  const tracker = createProgressTracker();
  const clock = createRunClock(() => now().getTime() / 1000);
  const resources = new Map<string, string>();
  let silent = true;
  const print = (text: string) => {
    silent = false;
    writer.write(`${timeOfDay(now())} ${text}`);
  };
  const stop = every(HEARTBEAT_INTERVAL_MS, () => {
    const phase = tracker.phase();
    if (silent && phase && phase.ended === undefined) print(heartbeat(phase, clock.now()));
    silent = true;
  });
  return {
    handle: (event) => {
      clock.see(event);
      const known =
        (event.type === 'host.failed' || event.type === 'change.failed') &&
        hasFailed(tracker.phase(), event.host);
      tracker.handle(event);
      if (event.type === 'change.start') resources.set(event.change, event.resource);
      const line = known ? undefined : eventLine(event, resources, tracker.phase(), options);
      if (line !== undefined) print(line);
      if (event.type === 'change.done' || event.type === 'change.failed') resources.delete(event.change);
      if (event.type === 'run.done') stop();
    },
    flush: () => writer.flush(),
    close: () => {
      stop();
      return writer.flush();
    },
  };
}

/** The line for an event; undefined for events that are not shown. */
function eventLine(
  event: Event,
  resources: ReadonlyMap<string, string>,
  phase: PhaseProgress | undefined,
  { quiet = false, verbose = false }: PlainViewOptions,
): string | undefined {
  switch (event.type) {
    case 'run.start':
      return `fastboot ${event.command}: ${count(event.hosts.length, 'host')}`;
    case 'phase.start':
      return `${visible(event.phase)}: ${count(event.hosts.length, 'host')}`;
    case 'phase.done':
      return phase && phaseDone(phase);
    case 'host.connected':
      return verbose ? `${event.host} connected` : undefined;
    case 'host.step':
      return verbose ? `${event.host} ${visible(event.step)}` : undefined;
    case 'host.passed':
      return verbose ? `${event.host} ${visible(event.phase)}: done` : undefined;
    case 'host.progress':
    case 'change.start':
    case 'plan.made':
    case 'plan.stale':
    case 'plan.compared':
      return undefined;
    case 'change.output':
      return verbose ? `${event.host} | ${visible(event.text.trimEnd())}` : undefined;
    case 'change.done':
      return quiet
        ? undefined
        : `${event.host} ${visible(resources.get(event.change) ?? event.change)}: done in ${duration(event.seconds)}`;
    case 'change.failed':
    case 'host.failed':
      return `${event.host} FAILED ${describeFailure(event.host, event.failure).what}`;
    case 'host.done':
      return quiet ? undefined : hostDone(event);
    case 'rollout.stopped':
      return `${visible(event.reason)}; stopping: no more hosts are started`;
    case 'lock.waiting':
      return `waiting for another run to end: ${visible(event.holder)}`;
    case 'notice':
      return `${event.host === undefined ? '' : `${event.host} `}notice: ${visible(event.text)}`;
    case 'interrupted':
      return interruptedLine(event, phase);
    case 'run.failed':
      return undefined;
    case 'run.done':
      return `ended after ${duration(event.seconds)} with exit code ${event.exitCode}`;
  }
}

function hostDone({ host, outcome, changed }: Event & { type: 'host.done' }): string {
  return `${host} ${outcome}${changed > 0 ? `: ${count(changed, 'change')}` : ''}`;
}

function phaseDone(phase: PhaseProgress): string {
  const { passed, failed } = tallyHosts(phase);
  const failures = failed > 0 ? `, ${failed} failed` : '';
  const took = duration((phase.ended ?? phase.started) - phase.started);
  return `${visible(phase.name)} done in ${took}: ${passed} of ${count(phase.hosts.size, 'host')}${failures}`;
}

function heartbeat(phase: PhaseProgress, now: number): string {
  const running = [...phase.hosts.values()].filter(({ status }) => status === 'running');
  const [oldest] = running.sort((a, b) => a.since - b.since);
  if (!oldest) return `still running: ${visible(phase.name)}, for ${elapsed(now - phase.started)}`;
  const since = elapsed(now - oldest.since);
  const doing = [oldest.task?.name ?? '', oldest.step]
    .filter((part) => part !== '')
    .map(visible)
    .join(': ');
  return `still running: ${count(running.length, 'host')}; slowest: ${oldest.host}, ${doing}, for ${since}`;
}

function timeOfDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function repeat(milliseconds: number, callback: () => void): () => void {
  // the timer must not keep the process alive
  const timer = setInterval(callback, milliseconds).unref();
  return () => clearInterval(timer);
}
