import { expect, it } from 'vitest';
import { readLines } from '../../src/report/reads-text.ts';
import { names, plain } from './build.ts';

it('tells what was read, hosts that were asked the same together', () => {
  const compute = names('compute', 1, 300).map((host) => ({ host, answers: { path: 2, unit: 2, os: 1 } }));
  const lines = readLines([{ host: 'nfs01', answers: { os: 1 } }, ...compute], plain, 80);
  expect(lines).toEqual([
    'Read',
    '  nfs01',
    '      1 answer: 1 os',
    '  compute[001:300]',
    '      5 answers: 2 path, 2 unit, 1 os',
  ]);
  expect(readLines([], plain, 80)).toEqual([]);
});
