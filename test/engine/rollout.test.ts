import { describe, expect, it } from 'vitest';
import { ALL_AT_ONCE, makeBatches, reasonToStop, tooManyFailures } from '../../src/engine/rollout.ts';
import type { Batch, Rollout, Share } from '../../src/engine/rollout.ts';
import type { HostPlan, Stage } from '../../src/plan/plan.ts';
import { change, hostPlan, unit } from '../report/build.ts';

const N = (amount: number): Share => ({ amount, percent: false });
const P = (amount: number): Share => ({ amount, percent: true });
const rollout = (over: Partial<Rollout>): Rollout => ({ ...ALL_AT_ONCE, ...over });

const working = (host: string): HostPlan => hostPlan(host, [unit([change()])]);
const unchanged = (host: string): HostPlan => hostPlan(host, []);
const deferred = (host: string): HostPlan => hostPlan(host, [unit([change({ action: 'deferred' })])]);
const blocked = (host: string): HostPlan => hostPlan(host, [unit([change({ action: 'blocked' })])]);
const nodes = (count: number): readonly HostPlan[] =>
  Array.from({ length: count }, (_, index) => working(`c${index + 1}`));

/** Batches as `phase: hosts`, then the idle hosts. The kind of a host is the first letter of its name. */
function divided(hosts: readonly HostPlan[], how: Partial<Rollout>): readonly string[] {
  const stage: Stage = { name: 'S', essential: hosts.some(({ host }) => host === 'b'), hosts };
  const { idle, batches } = makeBatches(stage, 'b', rollout(how), ({ host }) => host.slice(0, 1));
  const line = (phase: string, of: readonly HostPlan[]) =>
    `${phase}: ${of.map(({ host }) => host).join(' ')}`;
  return [
    ...batches.map(({ phase, hosts: of }) => line(phase, of)),
    ...(idle.length === 0 ? [] : [line('idle', idle)]),
  ];
}

describe('makeBatches', () => {
  it.each<[string, readonly HostPlan[], Partial<Rollout>, readonly string[]]>([
    ['no options', nodes(3), {}, ['S: c1 c2 c3']],
    ['no options, hosts without work', [working('c1'), unchanged('c2')], {}, ['S: c1 c2']],
    ['only a limit for failures', nodes(3), { maxFailures: N(0) }, ['S: c1 c2 c3']],
    ['no hosts', [], { serial: N(1), canary: 1 }, []],
    ['no host with work', [unchanged('c1'), blocked('c2')], { serial: N(1), canary: 1 }, ['idle: c1 c2']],
    ['the backend alone', [working('b')], { serial: N(1), canary: 1 }, ['S: b']],
    ['one at a time', nodes(2), { serial: N(1) }, ['S: batch 1 of 2: c1', 'S: batch 2 of 2: c2']],
    ['a smaller last batch', nodes(3), { serial: N(2) }, ['S: batch 1 of 2: c1 c2', 'S: batch 2 of 2: c3']],
    ['a batch larger than the stage', nodes(2), { serial: N(9) }, ['S: batch 1 of 1: c1 c2']],
    ['100%', nodes(3), { serial: P(100) }, ['S: batch 1 of 1: c1 c2 c3']],
    ['1% of 3 is one', nodes(3), { serial: P(1) }, [1, 2, 3].map((n) => `S: batch ${n} of 3: c${n}`)],
    ['50% of 3 is one', nodes(3), { serial: P(50) }, [1, 2, 3].map((n) => `S: batch ${n} of 3: c${n}`)],
    ['67% of 3 is two', nodes(3), { serial: P(67) }, ['S: batch 1 of 2: c1 c2', 'S: batch 2 of 2: c3']],
    [
      'only hosts with work fill a batch',
      [unchanged('c1'), working('c2'), blocked('c3'), deferred('c4'), working('c5'), working('c6')],
      { serial: N(2) },
      ['S: batch 1 of 2: c2 c5', 'S: batch 2 of 2: c6', 'idle: c1 c3 c4'],
    ],
    [
      'the backend first',
      [working('c1'), working('b')],
      { serial: N(5) },
      ['S: backend: b', 'S: batch 1 of 1: c1'],
    ],
    ['one canary', nodes(3), { canary: 1 }, ['S: canaries: c1', 'S: batch 1 of 1: c2 c3']],
    ['more canaries than hosts', nodes(2), { canary: 5, serial: N(1) }, ['S: canaries: c1 c2']],
    [
      'a canary of each kind',
      ['a1', 'a2', 'x1', 'y1'].map(working),
      { canary: 3 },
      ['S: canaries: a1 x1 y1', 'S: batch 1 of 1: a2'],
    ],
    [
      'the most frequent kind where there are more kinds than canaries',
      ['x1', 'a1', 'a2', 'y1'].map(working),
      { canary: 1 },
      ['S: canaries: a1', 'S: batch 1 of 1: x1 a2 y1'],
    ],
    [
      'a second one of a kind after one of each',
      ['a1', 'a2', 'a3', 'x1'].map(working),
      { canary: 3 },
      ['S: canaries: a1 a2 x1', 'S: batch 1 of 1: a3'],
    ],
    [
      'canaries among hosts with work',
      [unchanged('a1'), working('a2'), working('a3')],
      { canary: 1 },
      ['S: canaries: a2', 'S: batch 1 of 1: a3', 'idle: a1'],
    ],
    [
      'canaries by name, in the order of the stage, then batches',
      nodes(4),
      { canary: ['c4', 'c2', 'elsewhere'], serial: N(1) },
      ['S: canaries: c2 c4', 'S: batch 1 of 2: c1', 'S: batch 2 of 2: c3'],
    ],
    [
      'canaries by name without work',
      [unchanged('c1'), working('c2')],
      { canary: ['c1'] },
      ['S: batch 1 of 1: c2', 'idle: c1'],
    ],
  ])('%s', (_, hosts, how, expected) => {
    expect(divided(hosts, how)).toEqual(expected);
  });

  it('contains every host exactly once', () => {
    const many = nodes(1000);
    const stage: Stage = { name: 'S', essential: false, hosts: many };
    const { batches } = makeBatches(stage, 'b', rollout({ serial: P(3), canary: 7 }), () => '');
    expect(batches.map(({ hosts }) => hosts.length)).toEqual([7, ...Array.from({ length: 33 }, () => 30), 3]);
    expect(batches.flatMap(({ hosts }) => hosts)).toEqual(many);
  });
});

describe('tooManyFailures', () => {
  it.each<[Share, number, number, boolean]>([
    [N(0), 0, 3, false],
    [N(0), 1, 3, true],
    [N(2), 2, 3, false],
    [N(2), 3, 3, true],
    [P(0), 0, 300, false],
    [P(0), 1, 300, true],
    [P(10), 30, 300, false],
    [P(10), 31, 300, true],
    [P(33), 1, 3, true],
    [P(34), 1, 3, false],
    [P(100), 3, 3, false],
    [N(0), 0, 0, false],
  ])('%j with %i of %i', (limit, failed, total, expected) => {
    expect(tooManyFailures(limit, { failed, total }) !== undefined).toBe(expected);
  });
});

describe('reasonToStop', () => {
  const batch = (part: Batch['part'], ...hosts: readonly string[]): Batch => {
    return { phase: `S: ${part}`, hosts: hosts.map(working), part };
  };
  it.each<[string, Partial<Rollout>, Batch | undefined, readonly string[], string | undefined]>([
    ['no failures', { serial: N(1), canary: 1 }, batch('canaries', 'c1'), [], undefined],
    ['without options', {}, batch('all', 'c1', 'c2'), ['c1'], undefined],
    ['a canary', { canary: 1 }, batch('canaries', 'c1'), ['c1'], 'the canary c1 failed'],
    [
      'a canary, though failures are allowed',
      { canary: 1, maxFailures: P(50) },
      batch('canaries', 'c1'),
      ['c1'],
      'the canary c1 failed',
    ],
    ['a canary by name, before its turn', { canary: ['c2'] }, undefined, ['c2'], 'the canary c2 failed'],
    ['a host of a batch', { serial: N(2) }, batch('batch', 'c1', 'c2'), ['c2'], 'c2 failed in "S: batch"'],
    ['a host of another batch', { serial: N(2) }, batch('batch', 'c1', 'c2'), ['c3'], undefined],
    [
      'a host of a batch, within the limit',
      { serial: N(2), maxFailures: N(1) },
      batch('batch', 'c1', 'c2'),
      ['c2'],
      undefined,
    ],
    ['in the middle of a batch', { serial: N(2) }, undefined, ['c2'], undefined],
    [
      'too many, in the middle of a batch',
      { maxFailures: N(1) },
      undefined,
      ['c2', 'c3'],
      '2 of 9 compute nodes',
    ],
    ['the backend, which has its own rule', { serial: N(2) }, batch('backend', 'b'), ['b'], undefined],
  ])('%s', (_, how, ended, bad, expected) => {
    const outcomes = new Map(bad.map((host) => [host, 'failed' as const]));
    const standing = { batch: ended, bad: outcomes, failed: bad.length, total: 9 };
    const reason = reasonToStop(rollout(how), standing);
    if (expected === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(expected);
  });

  it.each([
    ['failed', 'the canary c1 failed'],
    ['unreachable', 'the canary c1 could not be reached'],
    ['blocked', 'the canary c1 is blocked'],
    ['skipped', 'the canary c1 was skipped'],
  ] as const)('says what happened: %s', (outcome, expected) => {
    const bad = new Map([['c1', outcome]]);
    const standing = { batch: batch('canaries', 'c1'), bad, failed: 1, total: 9 };
    expect(reasonToStop(rollout({ canary: 1 }), standing)).toBe(expected);
  });
});
