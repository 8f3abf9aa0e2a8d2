/** link-sync in random histories, as many as fit into two minutes. More of them: histories.soak.test.ts. */
import { describe, expect, test } from 'vitest';
import { check } from '../python.ts';

describe('random histories', () => {
  test('2,500 histories in one process', async () => {
    expect(await check('histories', 2500, 10_000)).toEqual({
      code: 0,
      said: '2500 histories, no violation\n',
    });
  });

  test('every seeded fault is detected', async () => {
    const { code, said } = await check('faults', 2000);
    expect(said).not.toContain('NOT DETECTED');
    expect(code).toBe(0);
  });

  test('40 histories with the real process on a real file system', async () => {
    expect(await check('real', 40, 1, 5)).toEqual({
      code: 0,
      said: '40 histories with the real process, no violation\n',
    });
  });

  test.each(['no-lease', 'no-settling', 'cut-short-allowed', 'replace-on-conflict', 'other-formats-allowed'])(
    'histories with the real process detect the fault %s',
    async (fault) => {
      const { code, said } = await check('real', 30, 1, 5, fault);
      expect(said).toMatch(/^history \d+: /);
      expect(code).toBe(1);
    },
  );

  test.each([1, 2, 3])(
    'images of qemu-img are complete, shortened copies are detected (%d)',
    async (seed) => {
      const { code, said } = await check('prefixes', seed);
      expect(said).toMatch(/images are complete/);
      expect(code).toBe(0);
    },
  );

  test('20,000 mutated headers', async () => {
    const { code, said } = await check('fuzz', 20_000, 1, 600);
    expect(said).toMatch(/qemu-img agrees on 600/);
    expect(code).toBe(0);
  });
});
