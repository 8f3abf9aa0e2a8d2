/** Turns the frames and the output of a host's script into events. */
import type { Emit } from '../core/event.ts';
import type { Change } from '../plan/plan.ts';
import { decodeBytes } from '../core/bytes.ts';
import type { Frame } from '../shell/frame.ts';
import { readProgressLine, withoutProgress } from './progress-lines.ts';

/** How far a host's script is. */
export interface ChangeTracker {
  /** The first line of a frame has arrived. */
  head(head: readonly string[]): void;
  /** A frame is complete. */
  body(frame: Frame): void;
  output(chunk: Buffer): void;
  /** The change that was started and is not done. */
  current(): Change | undefined;
  /** How many changes are done. */
  done(): number;
}

/** Longer steps are cut. */
const MAX_STEP_LENGTH = 200;

/** @param changes the changes of the script, in its order */
export function trackChanges(
  host: string,
  changes: readonly Change[],
  { emit, now }: { readonly emit: Emit; readonly now: () => number },
): ChangeTracker {
  let current: Change | undefined;
  let since = 0;
  let done = 0;
  let lines = trackLines(host, emit);
  return {
    head([word, position]) {
      if (word === 'start') {
        current = changes[Number(position)];
        since = now();
        lines = trackLines(host, emit);
        if (current) emit({ type: 'change.start', host, ...described(current, Number(position), changes) });
      } else if (word === 'done' && current) {
        emit({ type: 'change.done', host, change: current.id, seconds: now() - since });
        current = undefined;
        done += 1;
      } else if (word === 'waiting') {
        emit({ type: 'host.step', host, step: 'waiting for a step of another run to end' });
      } else if (word === 'verify') emit({ type: 'host.step', host, step: 'verifying' });
    },
    body({ head: [word, position], body }) {
      const change = word === 'start' ? changes[Number(position)] : undefined;
      const text = withoutProgress(body);
      if (change && text !== '') emit({ type: 'change.output', host, change: change.id, text });
    },
    output(chunk) {
      if (current) lines(chunk);
    },
    current: () => current,
    done: () => done,
  };
}

function described({ id, task, type, label }: Change, position: number, changes: readonly Change[]) {
  const resource = `${type} ${label}`;
  return { change: id, task, resource, position: position + 1, total: changes.length };
}

const hasText = (line: string): boolean => line.trim() !== '';

/** Shows what a running change prints, such as "Waiting for cache lock": the last line of each chunk. */
function trackLines(host: string, emit: Emit): (chunk: Buffer) => void {
  let unfinished = '';
  let shown = '';
  const show = (step: string): void => {
    if (step === shown || step === '') return;
    shown = step;
    emit({ type: 'host.step', host, step: step.slice(0, MAX_STEP_LENGTH) });
  };
  let percent = -1;
  return (chunk) => {
    const lines = (unfinished + decodeBytes(chunk)).split('\n');
    unfinished = lines.pop() ?? '';
    // lines before a frame belong to another change
    const own = lines.slice(lines.findLastIndex((line) => line.startsWith('@@')) + 1).filter(hasText);
    const line = own.at(-1);
    if (line === undefined) return;
    const progress = own.map(readProgressLine).findLast((found) => found !== undefined);
    show(progress?.step ?? line.trim());
    if (progress === undefined) return;
    const { amount } = progress;
    // an event for each percent is enough for a progress bar
    const now = Math.floor((100 * amount.done) / amount.total);
    if (now !== percent) emit({ type: 'host.progress', host, ...amount });
    percent = now;
  };
}
