import { describe, expect, test } from 'vitest';
import type { Change, HostPlan, Stage } from '../../src/plan/plan.ts';
import { linkHosts, withoutReleases } from '../../src/plan/cross-host.ts';
import { change as makeChange } from '../report/build.ts';

const change = (id: string, over: Partial<Change> = {}): Change =>
  makeChange({ id, type: 'mount', label: '/a', action: 'delete', risk: 'io', ...over });

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
  test('depends on the changes of its client, without indirect ones', () => {
    const linked = linkHosts(
      stages(
        plan('c1', change('c1:1'), change('c1:2', { dependsOn: ['c1:1'] }), change('c1:3')),
        plan('c2', change('c2:1', { action: 'deferred' })),
      ),
    );
    expect(backendOf(linked)?.map(({ dependsOn }) => dependsOn)).toEqual([['c1:2', 'c1:3'], []]);
  });

  test('is not planned while its client is blocked', () => {
    const linked = linkHosts(stages(plan('c1', change('c1:1', { action: 'blocked' })), plan('c2')));
    expect(backendOf(linked)?.map(({ id }) => id)).toEqual(['b:2']);
  });

  test('is left out where its client failed', () => {
    const whole = plan('b', withdrawal('b:1', 'c1'), change('b:2'), withdrawal('b:3', 'c2'));
    const { plan: kept, waiting } = withoutReleases(whole, (client) => client !== 'c2');
    expect(kept.units.flatMap(({ changes }) => changes.map(({ id }) => id))).toEqual(['b:1', 'b:2']);
    expect(waiting).toEqual(['c2']);
    expect(withoutReleases(whole, () => true)).toEqual({ plan: whole, waiting: [] });
  });
});

describe('a first mount', () => {
  const exported = change('b:1', { type: 'nfs_export', params: { path: '/cache' }, action: 'create' });
  const mounts = (over: Partial<Change> = {}) =>
    change('c1:1', {
      params: { path: '/a', source: 'b:/cache', type: 'nfs4' },
      action: 'create',
      dependsOn: ['c1:0'],
      ...over,
    });
  const dependsOn = (mount: Change) =>
    linkHosts([
      { name: 'backend', essential: true, hosts: [plan('b', exported)] },
      { name: 'nodes', essential: false, hosts: [plan('c1', mount)] },
    ])[1]?.hosts[0]?.units[0]?.changes[0]?.dependsOn;

  test.each<[string, Change, readonly string[]]>([
    ['depends on the export of its folder', mounts(), ['b:1', 'c1:0']],
    [
      'of another folder does not',
      mounts({ params: { path: '/a', source: 'b:/other', type: 'nfs4' } }),
      ['c1:0'],
    ],
    ['of a disk does not', mounts({ params: { path: '/a', source: '/dev/sda', type: 'ext4' } }), ['c1:0']],
    ['that is changed later does not', mounts({ action: 'deferred' }), ['c1:0']],
  ])('%s', (_, mount, expected) => {
    expect(dependsOn(mount)).toEqual(expected);
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
  expect(linkHosts(made)).toBe(made);
});
