import { expect, test } from 'vitest';
import { isRoot } from './rig.ts';
import { measureSpeed } from './speed.ts';

/** The store of 10,000 images: long/speed.long.test.ts. */
test.skipIf(!isRoot)(
  'in a store of 1,000 images: linked at once; a quiet pass costs little and forks nothing',
  { timeout: 180_000 },
  async () => {
    const speed = await measureSpeed(
      ({ p50, glanceP50, cpu }) => Math.max(p50, glanceP50) <= 100 && cpu <= 20,
      1000,
      30,
      3,
      1,
    );
    expect(speed.forks).toBe(0);
    expect(speed.cpu).toBeLessThanOrEqual(20);
    expect(speed.p50).toBeLessThanOrEqual(100);
    expect(speed.glanceP50).toBeLessThanOrEqual(100);
    expect(speed.memory).toBeLessThan(40);
  },
);
