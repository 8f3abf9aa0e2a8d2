import { describe, expect, test } from 'vitest';
import type { Change, HostPlan, Stage } from '../../src/plan/plan.ts';
import { linkWithdrawals, withoutWithdrawals } from '../../src/plan/withdrawals.ts';

const change = (id: string, over: Partial<Change> = {}): Change => ({
  id,
  task: 't',
  resource: 'mount /a',
  type: 'mount',
  label: '/a',
  params: {},
  notify: [],
  dependsOn: [],
  fingerprint: '',
  action: 'delete',
  before: null,
  after: null,
  reason: '',
  risk: 'io',
  ...over,
});

const withdrawal = (id: string, host: string): Change =>
  change(id, { type: 'nfs_export', params: { state: 'absent', host }, risk: 'none' });

const plan = (host: string, ...changes: readonly Change[]): HostPlan => ({
  host,
  units: changes.map((each) => ({ stopDuring: null, changes: [each], settles: [] })),
});

const stages = (...nodes: readonly HostPlan[]): readonly Stage[] => [
  { name: 'nodes', essential: false, hosts: nodes },
  { name: 'backend', essential: true, hosts: [plan('b', withdrawal('b:1', 'c1'), withdrawal('b:2', 'c2'))] },
];

const backendOf = (all: readonly Stage[]) => all[1]?.hosts[0]?.units.flatMap(({ changes }) => changes);

describe('an export that is withdrawn', () => {
  test('depends on what its client does before, without what that implies', () => {
    const linked = linkWithdrawals(
      stages(
        plan('c1', change('c1:1'), change('c1:2', { dependsOn: ['c1:1'] }), change('c1:3')),
        plan('c2', change('c2:1', { action: 'deferred' })),
      ),
    );
    expect(backendOf(linked)?.map(({ dependsOn }) => dependsOn)).toEqual([['c1:2', 'c1:3'], []]);
  });

  test('is not planned while its client is blocked', () => {
    const linked = linkWithdrawals(stages(plan('c1', change('c1:1', { action: 'blocked' })), plan('c2')));
    expect(backendOf(linked)?.map(({ id }) => id)).toEqual(['b:2']);
  });

  test('is left out where its client did not come out well', () => {
    const whole = plan('b', withdrawal('b:1', 'c1'), change('b:2'), withdrawal('b:3', 'c2'));
    const { plan: kept, waiting } = withoutWithdrawals(whole, (client) => client !== 'c2');
    expect(kept.units.flatMap(({ changes }) => changes.map(({ id }) => id))).toEqual(['b:1', 'b:2']);
    expect(waiting).toEqual(['c2']);
    expect(withoutWithdrawals(whole, () => true)).toEqual({ plan: whole, waiting: [] });
  });
});

test("exports that are made are nobody else's business", () => {
  const made = [
    {
      name: 'backend',
      essential: true,
      hosts: [plan('b', change('b:1', { type: 'nfs_export', action: 'create' }))],
    },
  ];
  expect(linkWithdrawals(made)).toBe(made);
});
