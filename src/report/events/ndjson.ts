/** Writes events as lines of JSON: `--json`. */
import type { Event } from '../../core/event.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LineWriter } from '../terminal/line-writer.ts';
import type { View } from './view.ts';

export interface NdjsonOptions {
  readonly writer: LineWriter;
  /** fastboot's version, for the first line. */
  readonly fastboot: string;
  readonly now: () => Date;
  /** The plan of the run; asked when `plan.made` comes. */
  readonly plan?: () => Plan | undefined;
}

/**
 * Each line is one JSON object as in `schemas/event.schema.json`: `time`, `seq`, then the fields of the event. `run.done` is
 * the last line; later events are ignored.
 */
export function createNdjsonView(options: NdjsonOptions): View {
  const { writer, now } = options;
  let seq = 0;
  let done = false;
  return {
    handle: (event) => {
      if (done) return;
      done = event.type === 'run.done';
      const line = { time: now().toISOString(), seq: seq++, ...event, ...additions(event, options) };
      writer.write(JSON.stringify(line));
    },
    flush: () => writer.flush(),
    close: () => writer.flush(),
  };
}

function additions(event: Event, { fastboot, plan }: NdjsonOptions): object {
  if (event.type === 'run.start') return { formatVersion: 1, fastboot };
  if (event.type === 'plan.made') return { plan: plan?.() ?? null };
  return {};
}
