/** What link-sync costs, as work and not as time: the load of this machine does not matter. */
import { expect } from 'vitest';
import { check } from './python.ts';

/** What `speed.py cost` prints. */
interface Cost {
  readonly count: number;
  /** CPU milliseconds of a pass that changes nothing. */
  readonly cpu: number;
  /** CPU milliseconds of the least that such a pass has to do, in Python as well: list both folders, stat every image. */
  readonly reference: number;
  /** Processes and threads that were started during such passes. */
  readonly forks: number;
  /** New images that were linked by events; the next full pass was an hour away. */
  readonly linked: number;
  /** MiB at most. */
  readonly memory: number;
}

/** How many times the reference a pass may cost: 1.5 to 2 are usual. */
const MAX_RATIO = 5;
const MAX_MEMORY_MIB = 40;

/** Measures in a store of so many images, and checks the bounds. */
export async function expectLowCost(count: number, samples: number, passes: number): Promise<void> {
  const { code, said } = await check('speed', 'cost', count, samples, passes);
  expect(code, said).toBe(0);
  const cost = JSON.parse(said) as Cost;
  expect(cost.cpu / cost.reference, said).toBeLessThan(MAX_RATIO);
  expect(cost.forks, said).toBe(0);
  expect(cost.linked).toBe(samples);
  expect(cost.memory, said).toBeLessThan(MAX_MEMORY_MIB);
}
