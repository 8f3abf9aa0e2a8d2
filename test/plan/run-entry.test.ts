import { describe, expect, it } from 'vitest';
import { changesMade, parseEntry, runState } from '../../src/plan/run-entry.ts';
import type { RunEntry, RunState } from '../../src/plan/run-entry.ts';
import { formatHistory } from '../../src/report/recap/history-text.ts';
import { plain } from '../report/build.ts';

const entry: RunEntry = {
  formatVersion: 1,
  runId: '20261121T120000000-abc',
  fastboot: '0.1.0',
  who: 'alice',
  from: 'desk',
  command: 'fastboot apply inventory.yaml',
  began: '2026-11-21T12:00:00.000Z',
  inventory: 'inventory.yaml',
  limit: null,
  planned: { changes: 5, hosts: 2 },
  end: null,
};
const ended = (exitCode: number): RunEntry => ({
  ...entry,
  end: {
    at: '2026-11-21T12:01:00.000Z',
    exitCode,
    hosts: { b: { outcome: 'changed', changed: 3 }, c1: { outcome: 'failed', changed: 0 } },
  },
});

describe('parseEntry', () => {
  it.each([
    ['a run that has not ended', entry],
    ['one that has', ended(3)],
  ])('reads %s', (_, given) => {
    expect(parseEntry(JSON.stringify(given))).toEqual(given);
  });

  it.each<[string, unknown]>([
    ['half a text', undefined],
    ['null', null],
    ['a number', 3],
    ['another version', { ...entry, formatVersion: 2 }],
    ['an id that is a path', { ...entry, runId: '../../etc/shadow' }],
    ['a command that is no text', { ...entry, command: ['x'] }],
    ['no plan', { ...entry, planned: {} }],
    ['no end', { ...entry, end: undefined }],
    ['an end without hosts', { ...entry, end: { at: 'x', exitCode: 0 } }],
    ['a host without changes', { ...entry, end: { at: 'x', exitCode: 0, hosts: { b: { outcome: 'x' } } } }],
  ])('passes over %s', (_, data) => {
    expect(parseEntry(data === undefined ? '{"formatVersion":1,' : JSON.stringify(data))).toBeUndefined();
  });
});

it.each<[number, RunState]>([
  [0, 'done'],
  [3, 'failed'],
  [4, 'unreachable'],
  [5, 'refused'],
  [130, 'interrupted'],
  [143, 'interrupted'],
  [77, 'failed'],
])('a run that ended with %i is %s', (code, state) => {
  expect(runState(ended(code), entry.runId)).toBe(state);
});

it('tells a running run from an unfinished one', () => {
  expect(runState(entry, entry.runId)).toBe('running');
  expect(runState(entry, undefined)).toBe('unfinished');
  expect(runState(entry, '20261121T120000000-000')).toBe('unfinished');
  expect([changesMade(entry), changesMade(ended(0))]).toEqual([null, { changes: 3, hosts: 1 }]);
});

it('shows runs as a table that fits, whatever names they have', () => {
  const hostile = { ...ended(3), who: '\u001b[2J', from: 'x'.repeat(60), command: `a\nb ${'y'.repeat(200)}` };
  const rows = [
    { entry, state: 'unfinished' },
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
  expect(formatHistory([], plain, 80)).toBe('The backend remembers no run that changed anything.\n');
});
