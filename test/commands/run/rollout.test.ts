import { expect, it } from 'vitest';
import { rolloutOf, rolloutWords } from '../../../src/commands/run/rollout.ts';
import { makeInventory } from '../../pool/fixture.ts';

const inventory = makeInventory(3);
const options = (canary: number | string | undefined) => ({
  serial: { amount: 2, percent: false },
  canary,
  maxFailures: undefined,
});

it.each<[number | string | undefined, number | readonly string[] | undefined]>([
  [undefined, undefined],
  [2, 2],
  ['c3,c1', ['c1', 'c3']],
  ['c[1:2]', ['c1', 'c2']],
])('canaries %j are %j', (given, canary) => {
  expect(rolloutOf(options(given), inventory)).toEqual({
    ok: true,
    value: { serial: { amount: 2, percent: false }, canary, maxFailures: undefined },
  });
});

it.each([
  ['c9', '--canary: no host or group matches'],
  ['nfs01', '--canary: nfs01 is not in the group compute'],
  ['*', '--canary: nfs01 is not in the group compute'],
])('refuses canaries %s', (given, message) => {
  const rollout = rolloutOf(options(given), inventory);
  expect(rollout.ok ? '' : rollout.error).toContain(message);
});

it('finds the words to give again', () => {
  const words = 'fastboot apply plan.json --serial 10% -v --canary=1 --yes --max-failures 3'.split(' ');
  expect(rolloutWords(words)).toEqual(['--serial', '10%', '--canary=1', '--max-failures', '3']);
  expect(rolloutWords(['fastboot', 'apply', 'x'])).toEqual([]);
});
