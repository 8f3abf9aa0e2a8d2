/** Many random histories: they find in minutes what the fewer ones of histories.long.test.ts find with little luck. */
import { expect, test } from 'vitest';
import { check } from '../python.ts';

test('20,000 histories in one process', async () => {
  expect(await check('histories', 20_000, 100_000)).toEqual({
    code: 0,
    said: '20000 histories, no violation\n',
  });
});

test('150 histories with the real process on a real file system', async () => {
  expect(await check('real', 150, 1000, 5)).toEqual({
    code: 0,
    said: '150 histories with the real process, no violation\n',
  });
});

test('100,000 mutated headers', async () => {
  const { code, said } = await check('fuzz', 100_000, 2, 3000);
  expect(said).toMatch(/qemu-img agrees on 3000/);
  expect(code).toBe(0);
});
