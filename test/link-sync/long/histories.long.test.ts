import { describe, expect, test } from 'vitest';
import { check } from '../python.ts';

describe('random histories', () => {
  test('2,500 histories in one process', { timeout: 300_000 }, async () => {
    expect(await check('histories', 2500, 10_000)).toEqual({
      code: 0,
      said: '2500 histories, no violation\n',
    });
  });

  test('every seeded fault is detected', { timeout: 300_000 }, async () => {
    const { code, said } = await check('faults', 2000);
    expect(said).not.toContain('NOT DETECTED');
    expect(code).toBe(0);
  });

  test('150 histories with the real process on a real file system', { timeout: 600_000 }, async () => {
    expect(await check('real', 150, 1, 5)).toEqual({
      code: 0,
      said: '150 histories with the real process, no violation\n',
    });
  });

  test.each(['no-lease', 'no-settling', 'cut-short-allowed', 'replace-on-conflict', 'other-formats-allowed'])(
    'the real process with the fault %s is found out',
    { timeout: 120_000 },
    async (fault) => {
      expect((await check('real', 30, 1, 5, fault)).said).toMatch(/^history \d+: /);
    },
  );

  test.each([1, 2, 3])(
    'images of qemu-img are complete, shortened copies are detected (%d)',
    { timeout: 300_000 },
    async (seed) => {
      const { code, said } = await check('prefixes', seed);
      expect(said).toMatch(/images are complete/);
      expect(code).toBe(0);
    },
  );

  test('100,000 mutated headers', { timeout: 300_000 }, async () => {
    const { code, said } = await check('fuzz', 100_000, 1, 3000);
    expect(said).toMatch(/qemu-img agrees on 3000/);
    expect(code).toBe(0);
  });
});
