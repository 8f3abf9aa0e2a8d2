import type { Emit } from '../core/event.ts';
import type { Change } from '../plan/plan.ts';
import { decodeBytes } from '../core/bytes.ts';
import type { Frame } from '../shell/frame.ts';
import { readProgressLine, withoutProgress } from './progress-lines.ts';

/** How far a host's script has come. */
export interface Progress {
  head(head: readonly string[]): void;
  body(frame: Frame): void;
  output(chunk: Buffer): void;
  /** The change that was begun and not finished. */
  current(): Change | undefined;
  done(): number;
}

const STEP_LENGTH = 200;

/** Turns frames and output into events. */
export function trackChanges(
  host: string,
  changes: readonly Change[],
  { emit, now }: { readonly emit: Emit; readonly now: () => number },
): Progress {
  let current: Change | undefined;
  let since = 0;
  let done = 0;
  let lines = followLines(host, emit);
  return {
    head([word, position]) {
      if (word === 'start') {
        current = changes[Number(position)];
        since = now();
        lines = followLines(host, emit);
        if (current) emit({ type: 'change.start', host, ...described(current, Number(position), changes) });
      } else if (word === 'done' && current) {
        emit({ type: 'change.done', host, change: current.id, seconds: now() - since });
        current = undefined;
        done += 1;
      } else if (word === 'waiting') {
        emit({ type: 'host.step', host, step: 'waiting for the end of a step that another run has begun' });
      } else if (word === 'verify') emit({ type: 'host.step', host, step: 'reading back' });
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

/** What a running change says is shown while it runs, such as "Waiting for cache lock": of each chunk the last word. */
function followLines(host: string, emit: Emit): (chunk: Buffer) => void {
  let unfinished = '';
  let told = '';
  const tell = (step: string): void => {
    if (step === told || step === '') return;
    told = step;
    emit({ type: 'host.step', host, step: step.slice(0, STEP_LENGTH) });
  };
  let percent = -1;
  return (chunk) => {
    const lines = (unfinished + decodeBytes(chunk)).split('\n');
    unfinished = lines.pop() ?? '';
    // what stands before a marker belongs to another change
    const said = lines.slice(lines.findLastIndex((line) => line.startsWith('@@')) + 1).filter(hasText);
    const line = said.at(-1);
    if (line === undefined) return;
    const progress = said.map(readProgressLine).findLast((found) => found !== undefined);
    tell(progress?.step ?? line.trim());
    if (progress === undefined) return;
    const { amount } = progress;
    // more than a hundred pictures of one bar are of no use to anybody
    const now = Math.floor((100 * amount.done) / amount.total);
    if (now !== percent) emit({ type: 'host.progress', host, ...amount });
    percent = now;
  };
}
