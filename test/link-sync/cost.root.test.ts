import { test } from 'vitest';
import { expectLowCost } from './cost.ts';

/** The store of 10,000 images: long/cost.long.test.ts. */
test('in a store of 1,000 images: linked by events; a pass that changes nothing costs little and forks nothing', () =>
  expectLowCost(1000, 30, 3));
