import { test } from 'vitest';
import { expectLowCost } from '../cost.ts';

test('in a store of 10,000 images: linked by events; a pass that changes nothing costs little and forks nothing', () =>
  expectLowCost(10_000, 150, 6));
