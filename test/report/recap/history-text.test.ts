import { expect, it } from 'vitest';
import { formatHistory } from '../../../src/report/recap/history-text.ts';
import { endedRun, plain, runEntry } from '../build.ts';

it('shows runs as a table that fits, whatever names they have', () => {
  const hostile = {
    ...endedRun(3),
    who: '\u001b[2J',
    from: 'x'.repeat(60),
    command: `a\nb ${'y'.repeat(200)}`,
  };
  const rows = [
    { entry: runEntry, state: 'unfinished' },
    { entry: hostile, state: 'failed' },
  ] as const;
  const text = formatHistory(rows, plain, 120);
  expect(text.split('\n').slice(0, 2)).toEqual([
    'RUN                     BEGAN (UTC)       BY                        STATE       CHANGES       COMMAND',
    '20261121T120000000-abc  2026-11-21 12:00  alice@desk                unfinished  of 5 changes  fastboot apply inventory.…',
  ]);
  expect(text.split('\n')).toHaveLength(4);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  expect(text).not.toContain('\u001b');
  expect(formatHistory([], plain, 80)).toBe('The backend has no record of a run that changed anything.\n');
});
