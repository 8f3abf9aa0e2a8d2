/** link-sync in random histories: the checks of histories.py and real.py, as many as fit into seconds. */
import { describe, expect, test } from 'vitest';
import { check } from './python.ts';

/** A few of the faults; all of them: long/histories.long.test.ts. */
const faults = [
  'link-before-chown',
  'no-settling',
  'replace-on-conflict',
  'no-lease',
  'held-names-published',
  'name-with-newline',
];

describe('random histories (a few)', () => {
  test('250 histories in one process: no wrong link, no missing link', async () => {
    expect(await check('histories', 250, 5000)).toEqual({ code: 0, said: '250 histories, no violation\n' });
  });

  test.each(faults)('they detect the fault %s', async (fault) => {
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
});
