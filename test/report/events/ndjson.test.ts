import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLineWriter } from '../../../src/report/terminal/line-writer.ts';
import { createLogFileView } from '../../../src/report/events/log-file.ts';
import { createNdjsonView } from '../../../src/report/events/ndjson.ts';
import { eventSamples, failures, largePlan, smallPlan, timed } from '../build.ts';
import { sitePlan } from '../plans.ts';
import { accepts, eventErrors, parseEvents, planErrors } from '../schemas.ts';

const now = () => new Date('2026-11-21T12:03:07.250Z');

function collect() {
  const stream = new PassThrough();
  const text = () => String(stream.read() ?? '');
  return { stream, text, writer: createLineWriter(stream) };
}

describe('the plan schema', () => {
  it('accepts plans', () => {
    expect(planErrors(smallPlan())).toEqual([]);
    expect(planErrors(largePlan())).toEqual([]);
  });

  it.each([
    ['an unknown field', { ...smallPlan(), secret: 1 }],
    ['another version', { ...smallPlan(), formatVersion: 2 }],
    ['no stages', { ...smallPlan(), stages: undefined }],
    ['a digest that is too short', { ...smallPlan(), inventory: { file: 'i', digest: 'ab' } }],
  ])('refuses %s', (_, plan) => expect(planErrors(plan)).not.toEqual([]));
});

/** Data with an unknown field in each of its objects, but not in those whose keys are names. */
function withUnknownFields(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withUnknownFields);
  if (typeof data !== 'object' || data === null) return data;
  const fields = Object.entries(data).map(([key, value]) => [key, withUnknownFields(value)]);
  return { ...Object.fromEntries(fields), 'a field of a later version': 1 };
}

describe('the published schemas', () => {
  it('accept unknown fields in plans, on every level', () => {
    for (const plan of [smallPlan(), sitePlan()]) {
      const extended = withUnknownFields(plan);
      expect(accepts.plan(extended)).toBe(true);
      expect(planErrors(extended)).not.toEqual([]);
    }
  });

  it.each(Object.values(eventSamples))('accept unknown fields in the event $type', (body) => {
    const more = body.type === 'plan.made' ? { plan: smallPlan() } : {};
    const start = body.type === 'run.start' ? { formatVersion: 1, fastboot: '0.1.0' } : {};
    const extended = withUnknownFields({
      time: now().toISOString(),
      seq: 0,
      at: 1,
      ...body,
      ...more,
      ...start,
    });
    expect(accepts.event(extended)).toBe(true);
    expect(eventErrors(extended)).not.toEqual([]);
  });
});

describe('createNdjsonView', () => {
  it('writes every kind of event as the schema says, run.done last', async () => {
    const { writer, text } = collect();
    const view = createNdjsonView({ writer, now, fastboot: '0.1.0', plan: smallPlan });
    for (const event of timed(Object.values(eventSamples))) view.handle(event);
    view.handle({ at: 99, ...eventSamples.notice });
    await view.close();
    const events = parseEvents(text());
    expect(events.map(({ type }) => type)).toEqual(Object.keys(eventSamples));
    expect(events[0]).toMatchObject({
      time: now().toISOString(),
      seq: 0,
      formatVersion: 1,
      fastboot: '0.1.0',
    });
    expect(events.find(({ type }) => type === 'plan.made')?.['plan']).toEqual(
      JSON.parse(JSON.stringify(smallPlan())),
    );
    expect(events.at(-1)?.['type']).toBe('run.done');
  });

  it('writes every kind of failure as the schema says', () => {
    const frame = { time: now().toISOString(), seq: 0, at: 1, type: 'host.failed', host: 'nfs01' };
    for (const failure of Object.values(failures).flat()) {
      expect(eventErrors({ ...frame, failure })).toEqual([]);
      expect(eventErrors({ ...frame, failure: { ...failure, password: 'x' } })).not.toEqual([]);
    }
  });

  it('writes one line for each event, whatever a host says', async () => {
    const { writer, text } = collect();
    const view = createNdjsonView({ writer, now, fastboot: '0.1.0' });
    view.handle({ at: 0, type: 'notice', text: 'a\nb\u2028\udcff\x1b[2J', host: 'nfs01' });
    await view.flush();
    const line = text();
    expect(line).toMatch(/^[^\n\x1b]*\n$/);
    expect(parseEvents(line)[0]?.['text']).toBe('a\nb\u2028\udcff\x1b[2J');
  });

  it('is silent when the reader has closed the stream, and reports other errors once', async () => {
    for (const [code, told] of [
      ['EPIPE', 0],
      ['ENOSPC', 1],
    ] as const) {
      const errors: Error[] = [];
      const broken = new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
      });
      const view = createNdjsonView({
        writer: createLineWriter(broken, (error) => errors.push(error)),
        now,
        fastboot: '0.1.0',
      });
      for (let at = 0; at < 10; at++) view.handle({ at, ...eventSamples.notice });
      await view.close();
      view.handle({ at: 11, ...eventSamples.notice });
      await view.close();
      expect(errors).toHaveLength(told);
    }
  });

  it('waits for a slow reader only in flush', async () => {
    const release: (() => void)[] = [];
    let taken = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        taken += 1;
        release.push(() => done());
      },
    });
    const view = createNdjsonView({ writer: createLineWriter(slow), now, fastboot: '0.1.0' });
    for (let at = 0; at < 5; at++) view.handle({ at, ...eventSamples.notice });
    expect(taken).toBe(1);
    const flushed = view.flush();
    while (taken < 5 || release.length > 0) {
      release.shift()?.();
      await new Promise(setImmediate);
    }
    await flushed;
    expect(taken).toBe(5);
  });
});

describe('createLogFileView', () => {
  const open = (file: string, errors: Error[] = []) =>
    createLogFileView({
      file,
      fastboot: '0.1.0',
      now,
      onError: (error) => errors.push(error),
    });

  it('appends lines to a file that only its owner can read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fastboot-log-'));
    try {
      const file = join(folder, 'run.ndjson');
      for (const event of [eventSamples['run.start'], eventSamples['run.done']]) {
        const view = open(file);
        view.handle({ at: 0, ...event });
        view.handle({ at: 0, ...eventSamples.notice });
        await view.close();
      }
      const text = await readFile(file, 'utf8');
      expect(text.split('\n')).toHaveLength(4);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reports a file that cannot be written, and goes on', async () => {
    const errors: Error[] = [];
    const view = open(join(tmpdir(), 'fastboot-no-such-folder', 'run.ndjson'), errors);
    view.handle({ at: 0, ...eventSamples.notice });
    await view.close();
    expect(errors).toHaveLength(1);
  });
});
