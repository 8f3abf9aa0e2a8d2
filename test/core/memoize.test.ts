import { expect, test } from 'vitest';
import { memoizeLast } from '../../src/core/memoize.ts';

test('works an answer out once for the same arguments, and anew for others', () => {
  let worked = 0;
  const sum = memoizeLast((key: { readonly n: number }, more: number) => {
    worked += 1;
    return { sum: key.n + more };
  });
  const [one, two] = [{ n: 1 }, { n: 2 }];
  const first = sum(one, 10);
  expect(first).toEqual({ sum: 11 });
  expect(sum(one, 10)).toBe(first);
  expect(sum(two, 10)).toEqual({ sum: 12 });
  expect(sum(one, 10)).toBe(first);
  expect(worked).toBe(2);
  expect(sum(one, 20)).toEqual({ sum: 21 });
  expect(sum(one, 10)).toEqual({ sum: 11 });
  expect(worked).toBe(4);
  expect(sum({ n: 1 }, 10)).not.toBe(first);
});
