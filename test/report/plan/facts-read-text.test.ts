import { expect, it } from 'vitest';
import { readLines } from '../../../src/report/plan/facts-read-text.ts';
import { names, plain } from '../build.ts';

it('shows what was read, once for hosts with the same answers', () => {
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

it('shows the software of hosts, separately where it differs', () => {
  const answers = { os: 1 };
  const lines = readLines(
    [
      { host: 'c1', answers, software: ['QEMU 7.2', 'images_type qcow2'] },
      { host: 'c2', answers, software: ['QEMU 8.2', 'images_type qcow2'] },
      { host: 'c3', answers, software: ['QEMU 7.2', 'images_type qcow2'] },
    ],
    plain,
    80,
  );
  expect(lines).toEqual([
    'Read',
    '  c1,c3',
    '      1 answer: 1 os',
    '      QEMU 7.2',
    '      images_type qcow2',
    '  c2',
    '      1 answer: 1 os',
    '      QEMU 8.2',
    '      images_type qcow2',
  ]);
});
