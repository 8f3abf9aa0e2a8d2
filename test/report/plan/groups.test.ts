import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/plan/plan.ts';
import { groupHosts } from '../../../src/report/plan/groups.ts';
import { formatPlan } from '../../../src/report/plan/text.ts';
import { blockedMount, change, hostPlan, names, plain, plan, unit } from '../build.ts';

const four = ['/a', '/b', '/c', '/d'].map((label) => change({ label }));
const on = (changes: readonly Change[], ...hosts: readonly string[]) =>
  hosts.map((host) => hostPlan(host, [unit(changes)]));
const diff = (...lines: readonly string[]) => `--- a\n+++ b\n@@ -1 +1 @@\n${lines.join('\n')}\n`;

describe('groupHosts', () => {
  it('puts the largest group first and its exceptions after it, without hosts that have no changes', () => {
    const groups = groupHosts([
      ...on([change({ label: '/other' })], 'x1'),
      ...on([...four, change({ label: '/e' })], 'c1'),
      ...on(four, 'c2', 'c3', 'c4'),
      ...on([change({ label: '/other' }), change({ label: '/more' })], 'y1', 'y2'),
      ...on([blockedMount], 'z1'),
      { host: 'z2', units: [] },
    ]);
    expect(groups.map(({ hosts, like }) => [hosts.join(), like?.hosts.join()])).toEqual([
      ['c2,c3,c4', undefined],
      ['c1', 'c2,c3,c4'],
      ['y1,y2', undefined],
      ['x1', undefined],
    ]);
  });

  it('shows what an exception adds, makes in another way, and lacks', () => {
    const [, tooFar] = groupHosts([
      ...on(four, 'c1', 'c2'),
      ...on(
        [...four.slice(0, 2), { ...change({ label: '/c' }), action: 'update' }, change({ label: '/e' })],
        'c3',
      ),
    ]);
    expect(tooFar?.like).toBeNull();
    const six = [...four, change({ label: '/f' }), change({ label: '/g' })];
    const groups = groupHosts([
      ...on(six, 'c1', 'c2'),
      ...on(
        [...six.slice(0, 4), { ...change({ label: '/f' }), action: 'update' }, change({ label: '/e' })],
        'c3',
      ),
    ]);
    const like = groups[1]?.like;
    expect([like?.adds.map(({ label }) => label), like?.lacks.map(({ label }) => label)]).toEqual([
      ['/f', '/e'],
      ['/g'],
    ]);
  });

  it('keeps hosts that differ in details in one group, and shows the details', () => {
    const withMode = (mode: string) => [
      change({ action: 'update', before: { mode }, after: { mode: '0644' } }),
    ];
    const [group, ...others] = groupHosts([
      ...on(withMode('0600'), 'c1'),
      ...on(withMode('0755'), 'c2', 'c3'),
    ]);
    expect(others).toEqual([]);
    expect(
      group?.changes[0]?.variants.map(({ hosts, differences }) => [hosts.join(), differences.join()]),
    ).toEqual([
      ['c2,c3', 'mode 0755 -> 0644'],
      ['c1', 'mode 0600 -> 0644'],
    ]);
  });

  it('leaves out the lines around an edit where they differ from host to host', () => {
    const [group] = groupHosts([
      ...on([change({ diff: diff(' UUID=1 / ext4', '+pool') })], 'c1'),
      ...on([change({ diff: diff(' UUID=2 / ext4', '+pool') })], 'c2'),
    ]);
    expect(group?.changes[0]?.variants).toMatchObject([
      { hosts: ['c1', 'c2'], diff: [{ sign: '+', text: 'pool' }] },
    ]);
  });
});

describe('hosts that differ in details, as text', () => {
  const text = (amount: number, verbose: boolean): string => {
    const hosts = names('c', 1, amount).flatMap((host, index) =>
      on([change({ reason: `has ${Math.floor(index / 2)}` })], host),
    );
    return formatPlan(plan({ stages: [{ name: 'S', essential: false, hosts }] }), plain, {
      width: 80,
      verbose,
    });
  };

  it('are all shown where they are few', () => {
    expect(text(6, false)).toContain(
      '      on c[001:002]: has 0\n      on c[003:004]: has 1\n      on c[005:006]: has 2\n',
    );
  });

  it('are counted where they are many, and all shown with -v', () => {
    expect(text(20, false)).toContain(
      '      on c[001:002]: has 0\n      (18 other hosts, 9 other variants; -v shows all)\n',
    );
    expect(text(20, true)).toContain('on c[019:020]: has 9');
  });
});
