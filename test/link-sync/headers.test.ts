/** link-sync's reader of image headers, with mutated ones: the check of fuzz.py, as much as fits into seconds. */
import { expect, test } from 'vitest';
import { installed } from '../programs.ts';
import { check } from './python.ts';

test.skipIf(!installed('python3'))(
  'of 2,000 mutated headers, none is called safe that qemu-img finds unsafe',
  async () => {
    const { code, said } = await check('fuzz', 2000, 3, 30);
    expect(said).toMatch(installed('qemu-img') ? /qemu-img agrees on 30/ : /qemu-img is not installed/);
    expect(code).toBe(0);
  },
);
