import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/core/event.ts';
import { createPlainView } from '../../../src/report/progress/plain.ts';
import type { PlainViewOptions } from '../../../src/report/progress/plain.ts';
import { growthOf } from '../../cpu.ts';
import { timed, eventSamples } from '../build.ts';
import { runStory } from './story.ts';

function play(events: readonly Event[], options: Partial<PlainViewOptions> = {}) {
  const lines: string[] = [];
  let now = 0;
  let beat: () => void = () => undefined;
  let running = true;
  const view = createPlainView({
    writer: { write: (line) => lines.push(line), flush: () => Promise.resolve() },
    now: () => new Date(2026, 10, 21, 12, 3, 0, now * 1000),
    every: (milliseconds, callback) => {
      expect(milliseconds).toBe(30_000);
      beat = callback;
      return () => (running = false);
    },
    ...options,
  });
  const handle = (list: readonly Event[]) => {
    for (const event of list) {
      now = event.at;
      view.handle(event);
    }
  };
  handle(events);
  const wait = (seconds: number) => {
    now += seconds;
    beat();
  };
  return { lines, view, handle, wait, isRunning: () => running };
}

describe('createPlainView', () => {
  it('writes a line for each result', async () => {
    const { lines } = play(runStory(8, 60));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/plain-8-hosts.txt');
    expect(lines.every((line) => /^\d\d:\d\d:\d\d \S/.test(line))).toBe(true);
  });

  it('shows a failure once, and steps and output only with -v', () => {
    const failed = (lines: readonly string[]) => lines.filter((line) => line.includes('FAILED'));
    const normal = play(runStory(8, 60)).lines;
    const verbose = play(runStory(8, 60), { verbose: true }).lines;
    expect(failed(normal)).toHaveLength(1);
    expect(failed(verbose)).toHaveLength(1);
    expect(normal.some((line) => line.includes('| Unpacking'))).toBe(false);
    expect(verbose.some((line) => line.includes('| Unpacking'))).toBe(true);
  });

  it('says that the run goes on after a time without lines, and only then', () => {
    const story = runStory(8, 60);
    const { lines, wait, handle, isRunning } = play(story.filter(({ at }) => at <= 40));
    const before = lines.length;
    wait(30);
    expect(lines).toHaveLength(before);
    wait(30);
    expect(lines.at(-1)).toMatch(
      /^12:04:\d\d still running: 8 hosts; slowest: compute001, NFS client, for 1:\d\d$/,
    );
    handle([{ at: 110, ...eventSamples['run.done'] }]);
    expect(isRunning()).toBe(false);
  });

  it('accepts every type of event, and makes texts of hosts visible', () => {
    const { lines } = play(timed(Object.values(eventSamples)), { verbose: true });
    expect(lines.length).toBeGreaterThan(10);
    const evil = play([{ at: 0, type: 'notice', text: '\x1b[2J\n\u202e', host: 'c1' }]).lines;
    expect(evil).toEqual(['12:03:00 c1 notice: \\x1b[2J\\n\\u202e']);
  });

  it('takes no more work for an event where there are more hosts', async () => {
    expect(runStory(300, 600).length).toBeGreaterThan(2900);
    const jobFor = (computes: number) => {
      const story = runStory(computes, 600);
      return () => play(story);
    };
    expect(await growthOf(jobFor, 30, 300)).toBeLessThan(25);
  });
});
