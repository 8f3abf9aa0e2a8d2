import { describe, expect, it } from 'vitest';
import { changesMade, parseEntry, runState } from '../../src/plan/run-record.ts';
import type { RunState } from '../../src/plan/run-record.ts';
import { endedRun, runEntry } from '../report/build.ts';

const entry = runEntry;
const ended = endedRun;

describe('parseEntry', () => {
  it.each([
    ['a run that has not ended', entry],
    ['a run that has ended', ended(3)],
  ])('reads %s', (_, given) => {
    expect(parseEntry(JSON.stringify(given))).toEqual(given);
  });

  it.each<[string, unknown]>([
    ['half a text', undefined],
    ['null', null],
    ['a number', 3],
    ['another version', { ...entry, formatVersion: 2 }],
    ['an id that is a path', { ...entry, runId: '../../etc/shadow' }],
    ['a command that is not a text', { ...entry, command: ['x'] }],
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
  [129, 'interrupted'],
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
