import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createListrView } from '../../../src/report/progress/listr.ts';
import { createProgressTracker } from '../../../src/report/progress/progress.ts';
import { phaseRows } from '../../../src/report/progress/rows.ts';
import { growthOf } from '../../cpu.ts';
import { eventSamples, plain, timed } from '../build.ts';
import { createEmulator } from '../../terminal/emulator.ts';
import { runStory } from './story.ts';

describe('createListrView', () => {
  const screen = () => {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    const shown = () => {
      const emulator = createEmulator(24, 80);
      emulator.write(Buffer.concat(chunks).toString().replaceAll('\n', '\r\n'));
      return { text: emulator.all().join('\n'), cursorVisible: emulator.cursor().visible };
    };
    return { stream, shown, writes: chunks };
  };

  it('shows a run of 300 hosts and leaves the cursor visible', async () => {
    const { stream, shown } = screen();
    const view = await createListrView({ stream, style: plain });
    for (const event of runStory(300, 60)) view.handle(event);
    await view.close();
    expect(shown().text).toContain('Compute nodes');
    expect(shown().cursorVisible).toBe(true);
  });

  it('draws on a terminal that reports no size, such as a serial console', async () => {
    const { stream, shown, writes } = screen();
    const view = await createListrView({
      stream: Object.assign(stream, { columns: 0, rows: 0 }),
      style: plain,
    });
    for (const event of runStory(3, 60)) view.handle(event);
    await view.close();
    expect(shown().text).toContain('✔ Compute nodes     3/3');
    expect(writes.join('')).not.toContain('Infinity');
  });

  it('takes no more work for an event where there are more hosts', async () => {
    const jobFor = (computes: number) => {
      const story = runStory(computes, 60);
      return async () => {
        const stream = new PassThrough();
        stream.resume();
        const view = await createListrView({ stream, style: plain });
        for (const event of story) view.handle(event);
        await view.close();
      };
    };
    const growth = await growthOf(jobFor, 30, 300);
    expect(growth).toBeLessThan(15);
  });

  it('takes little more work for a picture of 300 hosts than of 30, and writes half a screen at most', async () => {
    const jobFor = (computes: number) => {
      const story = runStory(computes, 60);
      const tracker = createProgressTracker();
      for (const event of story) if (event.at <= 45) tracker.handle(event);
      const phase = tracker.phase();
      if (phase === undefined) throw new Error('no phase');
      return () => phaseRows(phase, plain, { now: 45, columns: 78, rows: 24 });
    };
    const growth = await growthOf(jobFor, 30, 300);
    expect(growth).toBeLessThan(4);
    expect(Buffer.byteLength(jobFor(300)().join('\n'))).toBeLessThan(12 * 80 * 3);
  });

  it('erases nothing before it is written again, and moves the cursor only within one write', async () => {
    const { stream, writes } = screen();
    let draw: () => void = () => undefined;
    const every = (callback: () => void) => {
      draw = callback;
      return () => undefined;
    };
    const view = await createListrView({ stream, style: plain, every });
    for (const event of runStory(300, 60)) {
      view.handle(event);
      if (event.type === 'phase.start') await new Promise(setImmediate);
      draw();
    }
    await view.close();
    expect(writes.length).toBeGreaterThan(2000);
    // back to the first line of the picture, each line over the old one, then the rest is erased
    const picture = /^\r(?:\x1b\[\d+A)?(?:[^\x00-\x1f]+\x1b\[K\n)*\x1b\[J$/;
    expect(writes.map(String).filter((write) => !picture.test(write))).toEqual([]);
  });

  it('accepts every event in any order, and makes texts of hosts safe for the terminal', async () => {
    const { stream, shown } = screen();
    const view = await createListrView({ stream, style: plain });
    const evil = '\x1b[2J\n\u202e';
    const samples = Object.values(eventSamples);
    for (const event of timed([...samples, ...samples.toReversed()])) view.handle(event);
    view.handle({ at: 50, type: 'phase.start', phase: evil, hosts: ['c1'] });
    view.handle({ at: 51, type: 'host.step', host: 'c1', step: evil });
    view.handle({ at: 52, type: 'notice', text: evil });
    view.handle({ at: 53, type: 'lock.waiting', holder: evil });
    await view.close();
    // an unknown sequence throws
    expect(shown().text).toContain('\\x1b[2J\\n\\u202e');
  });

  it('is flushed between phases and in the middle of one', async () => {
    const { stream, shown } = screen();
    const view = await createListrView({ stream, style: plain });
    view.handle({ at: 0, ...eventSamples['phase.start'] });
    await view.flush();
    view.handle({ at: 1, ...eventSamples['phase.done'] });
    await view.flush();
    expect(shown().text).toBe('! Read              0/2  2 not done  1.0 s');
    await view.close();
  });
});
