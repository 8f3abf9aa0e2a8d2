import { describe, expect, it } from 'vitest';
import { createProgressTracker } from '../../../src/report/progress/progress.ts';
import { phaseResult, phaseRows } from '../../../src/report/progress/rows.ts';
import { textWidth } from '../../../src/report/terminal/text.ts';
import { ascii, failures, names, plain } from '../build.ts';
import { runStory } from './story.ts';

/** The phase of a story after this many seconds. */
function phaseAt(computes: number, seconds: number) {
  const tracker = createProgressTracker();
  for (const event of runStory(computes, 60)) if (event.at <= seconds) tracker.handle(event);
  const phase = tracker.phase();
  if (!phase) throw new Error('no phase yet');
  return phase;
}

const frame = (now: number, columns = 78, rows = 24) => ({ now, columns, rows });

describe('phaseRows', () => {
  it.each([
    ['3 hosts, reading', 3, 8],
    ['3 hosts, changing', 3, 40],
    ['9 hosts, one failed', 9, 57],
    ['300 hosts, reading', 300, 10],
    ['300 hosts, changing', 300, 45],
  ])('%s', async (name, computes, seconds) => {
    const rows = phaseRows(phaseAt(computes, seconds), plain, frame(seconds + 2.5));
    await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot(
      `golden/progress-${name.replaceAll(/[ ,]+/g, '-')}.txt`,
    );
  });

  it('fits every screen, whatever the number of hosts', () => {
    for (const computes of [1, 3, 9, 10, 11, 300])
      for (const [columns, lines] of [
        [20, 4],
        [78, 24],
        [198, 50],
      ] as const)
        for (const style of [plain, ascii]) {
          for (const seconds of [5, 30, 45, 59]) {
            const rows = phaseRows(phaseAt(computes, seconds), style, frame(seconds, columns, lines));
            expect(rows.length).toBeLessThanOrEqual(Math.max(2, lines / 2));
            for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(columns);
          }
        }
  });

  it('estimates the time that is left only where it can', () => {
    expect(phaseRows(phaseAt(300, 45), plain, frame(45))[0]).toMatch(/about \d+ s left/);
    expect(phaseRows(phaseAt(3, 45), plain, frame(45))[0]).not.toContain('left');
  });

  it('says that an interrupted phase is stopping', () => {
    const tracker = createProgressTracker();
    tracker.handle({ at: 0, type: 'phase.start', phase: 'Compute nodes', hosts: ['c1'] });
    tracker.handle({ at: 1, type: 'interrupted', signal: 'SIGINT', dropped: false });
    const phase = tracker.phase();
    if (!phase) throw new Error('no phase');
    expect(phaseRows(phase, plain, frame(2))[0]).toContain('stopping');
    expect(phaseResult(phase, plain, 78)).toMatch(/^! Compute nodes .*interrupted/);
  });
});

describe('phaseResult', () => {
  it('shows the result of a phase', () => {
    const tracker = createProgressTracker();
    tracker.handle({ at: 0, type: 'phase.start', phase: 'Read', hosts: names('c', 1, 300) });
    for (const host of names('c', 1, 299))
      tracker.handle({ at: 1, type: 'host.passed', host, phase: 'Read' });
    const [failure] = failures.unreachable;
    if (!failure) throw new Error('no sample');
    tracker.handle({ at: 4, type: 'host.failed', host: 'c300', failure });
    tracker.handle({ at: 4.1, type: 'phase.done', phase: 'Read' });
    const phase = tracker.phase();
    if (!phase) throw new Error('no phase');
    expect(phaseResult(phase, plain, 78)).toBe('✖ Read              299/300  1 failed  4.1 s');
  });
});
