import { availableParallelism, loadavg } from 'node:os';
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
    const load = loadavg()[0] ?? 0;
    // where others keep processor and disk busy all the time, three measurements do not find a calm moment
    const limit = load <= 2 * availableParallelism() ? 100 : 1000;
    console.log(`load ${load.toFixed(1)}, limit ${limit} ms: ${JSON.stringify(speed)}`);
    expect(speed.p50).toBeLessThanOrEqual(100);
    expect(speed.glanceP50).toBeLessThanOrEqual(100);
    expect(speed.forks).toBe(0);
    expect(speed.cpu).toBeLessThanOrEqual(100);
    expect(speed.p99).toBeLessThanOrEqual(limit);
    expect(speed.glanceP99).toBeLessThanOrEqual(limit);
    expect(speed.memory).toBeLessThan(40);
  },
);
