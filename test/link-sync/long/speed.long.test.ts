import { expect, test } from 'vitest';
import { isRoot } from '../rig.ts';
import { measureSpeed } from '../speed.ts';

test.skipIf(!isRoot)(
  'in a store of 10,000 images: 99 of 100 are linked within 100 ms, a quiet pass costs 100 ms at most and forks nothing',
  { timeout: 600_000 },
  async () => {
    const speed = await measureSpeed(
      ({ p99, glanceP99, cpu }) => Math.max(p99, glanceP99, cpu) <= 100,
      10_000,
      150,
      6,
      1,
    );
    console.log(JSON.stringify(speed));
    expect(speed.forks).toBe(0);
    expect(speed.cpu).toBeLessThanOrEqual(100);
    expect(speed.p99).toBeLessThanOrEqual(100);
    expect(speed.glanceP99).toBeLessThanOrEqual(100);
    expect(speed.memory).toBeLessThan(40);
  },
);
