import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';
import { sealPlan } from '../../src/plan/saved-plan.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import { findStaleness, isDone } from '../../src/plan/stale.ts';
import { change, hostPlan, plan, unit } from '../report/build.ts';

/** A saved plan of one host with these changes. */
function saved(
  changes: readonly Change[],
  more: Partial<Plan> = {},
  facts: Readonly<Record<string, JsonObject>> = {},
): SavedPlan {
  const host = changes.length === 0 ? { host: 'c1', units: [] } : hostPlan('c1', [unit(changes)]);
  const provenance = {
    files: { inventory: '/i', playbook: '/p' },
    hosts: [],
    derivation: 'apply' as const,
    selected: ['c1'],
    plays: [],
    facts,
    needsSecrets: [],
  };
  const stages = [{ name: 'S', essential: false, hosts: [host] }];
  return sealPlan(plan({ stages, ...more }), provenance);
}

const a = change({ label: '/a' });
const b = change({ label: '/b' });
const deferred = change({ label: '/d', action: 'deferred', before: { uses: 3 }, after: { on: true } });
const blocked = change({ label: '/x', action: 'blocked', reason: 'in the way', risk: 'blocked' });

const finding = (more: Partial<Finding> = {}): Finding => ({
  host: 'c1',
  check: 'nova-ids',
  code: 'differ',
  severity: 'block',
  fields: { uid: 162, wanted: 64060 },
  finding: 'nova has uid 162 here and 64060 in the pool',
  remedy: 'change the uid',
  ...more,
});
const withFinding = (more?: Partial<Finding>) => saved([a], { findings: [finding(more)] });

describe('a saved plan', () => {
  it.each<[string, SavedPlan, SavedPlan]>([
    ['the same plan, made later', saved([a]), saved([a], { createdAt: '2027-01-01T00:00:00.000Z' })],
    ['other sentences of a blocking finding', withFinding(), withFinding({ finding: 'x', remedy: 'y' })],
    ['a new warning', saved([a]), withFinding({ severity: 'warning' })],
    [
      'another state of what a deferred change waits for',
      saved([deferred]),
      saved([{ ...deferred, before: { uses: 1 } }]),
    ],
  ])('still fits: %s', (_what, then, now) => expect(findStaleness(then, now)).toEqual([]));

  it.each<[string, SavedPlan, SavedPlan, readonly (readonly (string | null)[])[]]>([
    [
      'a blocking finding is new',
      saved([a]),
      withFinding(),
      [['c1', 'check nova-ids', 'no finding', finding().finding]],
    ],
    [
      'a blocking finding is gone',
      withFinding(),
      saved([a]),
      [['c1', 'check nova-ids', finding().finding, 'no finding']],
    ],
    [
      'a number of a blocking finding differs, though the sentence is the same',
      withFinding(),
      withFinding({ fields: { uid: 163, wanted: 64060 } }),
      [
        ['c1', 'check nova-ids', 'no finding', finding().finding],
        ['c1', 'check nova-ids', finding().finding, 'no finding'],
      ],
    ],
    ['a change is new', saved([a]), saved([a, b]), [['c1', 'file /b', 'no change needed', 'missing']]],
    [
      'a change is not needed any more',
      saved([a, b]),
      saved([b]),
      [['c1', 'file /a', 'missing', 'no change needed']],
    ],
    [
      'the state before a change differs',
      saved([a]),
      saved([change({ label: '/a', before: { mode: '0600' } })]),
      [['c1', 'file /a', 'nothing', 'mode 0600']],
    ],
    [
      'a change is blocked now',
      saved([{ ...blocked, action: 'create' }]),
      saved([blocked]),
      [['c1', 'file /x', 'in the way', 'in the way']],
    ],
    [
      'a change is not blocked any more',
      saved([blocked]),
      saved([a]),
      [['c1', 'file /x', 'in the way', 'not blocked any more']],
    ],
    [
      'the order differs',
      saved([a, b]),
      saved([b, a]),
      [
        [
          'c1',
          'order of the changes',
          expect.stringMatching(/a.*b/) as string,
          expect.stringMatching(/b.*a/) as string,
        ],
      ],
    ],
    [
      'a fact differs',
      saved([a], {}, { c1: { 'nova.uid': 162 } }),
      saved([a], {}, { c1: { 'nova.uid': 64060 } }),
      [['c1', 'nova.uid', '162', '64060']],
    ],
    [
      'a host cannot be read any more',
      saved([a]),
      saved([], { stages: [], unread: [{ host: 'c1', reason: 'unreachable: no route' }] }),
      [['c1', 'connection', 'reachable', 'unreachable: no route']],
    ],
  ])('is stale: %s', (_what, then, now, expected) => {
    const found = findStaleness(then, now).map((each) => [each.host, each.item, each.then, each.now]);
    expect(found).toEqual(expected);
  });

  it('was applied where the same plan, made now, changes nothing', () => {
    expect(isDone(saved([a]), saved([]))).toBe(true);
    expect(isDone(saved([a]), saved([deferred]))).toBe(true);
    expect(isDone(saved([a]), saved([b]))).toBe(false);
    expect(isDone(saved([]), saved([]))).toBe(false);
  });
});
