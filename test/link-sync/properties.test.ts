import { describe, expect, test } from 'vitest';
import { check } from './python.ts';
import { isRoot } from './rig.ts';

/** A few of the seeded faults; all of them: long/properties.long.test.ts. */
const faults = [
  'link-before-chown',
  'no-settling',
  'replace-on-conflict',
  'no-lease',
  'held-names-published',
  'name-with-newline',
];

describe.skipIf(!isRoot)('random histories (the short form)', () => {
  test('250 histories in one process: never a wrong link, all right ones', async () => {
    expect(await check('histories', 250, 5000)).toEqual({ code: 0, said: '250 histories, no violation\n' });
  });

  test.each(faults)('they notice the fault %s', async (fault) => {
    const { code, said } = await check('histories', 300, 1, fault);
    expect(said).toMatch(/^history \d+: /);
    expect(code).toBe(1);
  });

  test('10 histories with the real process', async () => {
    expect(await check('real', 10, 900, 5)).toEqual({
      code: 0,
      said: '10 histories with the real process, no violation\n',
    });
  });

  test('5,000 mutated headers; what is called safe is so for qemu-img too', async () => {
    const { code, said } = await check('fuzz', 5000, 3, 60);
    expect(said).toMatch(/qemu-img agrees|SKIPPED/);
    if (said.includes('SKIPPED')) console.warn(said);
    expect(code).toBe(0);
  });
});
