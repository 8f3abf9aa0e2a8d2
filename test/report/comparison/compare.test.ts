import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '../../../src/plan/plan.ts';
import { formatComparison } from '../../../src/report/comparison/text.ts';
import { comparePlans } from '../../../src/report/comparison/compare.ts';
import { textWidth } from '../../../src/report/terminal/text.ts';
import {
  ascii,
  blockedMount,
  change,
  checks,
  coloured,
  hostPlan,
  names,
  plain,
  plan,
  unit,
} from '../build.ts';
import { cloudPlan, hostilePlan, laterPlan, sitePlan } from '../plans.ts';

function planOf(hosts: Readonly<Record<string, readonly Change[]>>, more: Partial<Plan> = {}): Plan {
  const plans = Object.entries(hosts).map(([host, changes]) =>
    changes.length === 0 ? { host, units: [] } : hostPlan(host, [unit(changes)]),
  );
  return plan({ stages: [{ name: 'S', essential: false, hosts: plans }], ...more });
}

const a = change({ label: '/a' });
const b = change({ label: '/b' });

function told(then: Plan, now: Plan): readonly string[] {
  return comparePlans(then, now).differences.map(
    ({ kind, host, item: thing, then: before, now: after }) =>
      `${kind} ${host ?? '-'} ${thing}: ${before?.text ?? '-'} | ${after?.text ?? '-'}`,
  );
}

describe('comparePlans', () => {
  it.each<[string, Plan, Plan, readonly string[]]>([
    ['the same plan later', planOf({ c1: [a] }), planOf({ c1: [a] }, { createdAt: 'later' }), []],
    ['another order', planOf({ c1: [a, b] }), planOf({ c1: [b, a] }), []],
    ['a new change', planOf({ c1: [a] }), planOf({ c1: [a, b] }), ['added c1 file /b: - | create: missing']],
    [
      'a removed change',
      planOf({ c1: [a, b] }),
      planOf({ c1: [b] }),
      ['removed c1 file /a: create: missing | -'],
    ],
    [
      'another reason',
      planOf({ c1: [a] }),
      planOf({ c1: [{ ...a, action: 'update', reason: 'content differs' }] }),
      ['changed c1 file /a: create: missing | update: content differs'],
    ],
    [
      'the same words with other data',
      planOf({ c1: [{ ...a, after: { sum: 'x' } }] }),
      planOf({ c1: [{ ...a, after: { sum: 'y' } }] }),
      ['changed c1 file /a: after {"sum":"x"} | after {"sum":"y"}'],
    ],
    [
      'one of two changes of the same thing',
      planOf({ c1: [a, { ...a, action: 'update' }] }),
      planOf({ c1: [a] }),
      ['removed c1 file /a: update: missing | -'],
    ],
    [
      'blocked now',
      planOf({ c1: [{ ...blockedMount, action: 'create', reason: 'not mounted' }] }),
      planOf({ c1: [{ ...blockedMount, reason: 'not empty' }] }),
      ['changed c1 mount /var/lib/nova/instances/_base: create: not mounted | blocked: not empty'],
    ],
    [
      'a host that cannot be read any more',
      planOf({ c1: [a], c2: [] }),
      planOf({ c2: [] }, { unread: [{ host: 'c1', reason: 'no answer' }] }),
      ['changed c1 host: read, 1 change | not read: no answer'],
    ],
    [
      'a host that could not be read for both plans',
      planOf({}, { unread: [{ host: 'c1', reason: 'no answer' }] }),
      planOf({}, { unread: [{ host: 'c1', reason: 'no answer' }] }),
      [],
    ],
    [
      'hosts that are in one plan only',
      planOf({ c1: [a] }),
      planOf({ c2: [a] }, { limit: 'c2' }),
      [
        'changed - limit: none | c2',
        'removed c1 host: read, 1 change | -',
        'added c2 host: - | read, 1 change',
      ],
    ],
    [
      'another inventory',
      planOf({ c1: [a] }),
      planOf({ c1: [a] }, { inventory: { file: 'inventory.yaml', digest: 'c'.repeat(64) } }),
      ['changed - inventory: inventory.yaml, sha256 aaaaaaaaaaaa | inventory.yaml, sha256 cccccccccccc'],
    ],
    [
      'a finding that is gone',
      planOf({ compute003: [], compute002: [] }, { findings: checks }),
      planOf({ compute003: [], compute002: [] }, { findings: checks.slice(1) }),
      [
        'removed compute003 check clock: warning: the clock is 3.4 s behind the median of all hosts; no time service runs | -',
      ],
    ],
  ])('%s', (_, then, now, wanted) => {
    expect(told(then, now)).toEqual(wanted);
  });

  it('shows only those lines of a file that one of the plans has', () => {
    const withDiff = (...lines: readonly string[]) =>
      planOf({ c1: [{ ...a, diff: `@@ -1 +1 @@\n${lines.join('\n')}\n` }] });
    const [difference] = comparePlans(
      withDiff('+one', '+two', ' x'),
      withDiff('+one', '+three', ' y'),
    ).differences;
    expect([difference?.then?.lines, difference?.now?.lines]).toEqual([['+ two'], ['+ three']]);
  });

  it('finds no difference between a plan and itself', () => {
    for (const made of [sitePlan(), laterPlan(), cloudPlan(), hostilePlan()])
      expect(comparePlans(made, made).differences).toEqual([]);
  });
});

describe('formatComparison', () => {
  const verbose = { verbose: false, quiet: false };

  it.each([80, 200])('two plans of the same site, %d columns', async (width) => {
    const text = formatComparison(comparePlans(sitePlan(), laterPlan()), plain, { width, ...verbose });
    await expect(text).toMatchFileSnapshot(`golden/comparison-${width}.txt`);
    const tooWide = text.split('\n').filter((line) => textWidth(line) > width);
    expect(tooWide.filter((line) => !/^(fastboot plan|Compared:)/.test(line))).toEqual([]);
  });

  it('groups 300 hosts', async () => {
    const done = names('compute', 1, 300).map((host) => ({ host, units: [] }));
    const cloud = cloudPlan();
    const later = {
      ...cloud,
      unread: [],
      stages: cloud.stages.map((stage, index) => (index === 1 ? { ...stage, hosts: done } : stage)),
    };
    const text = formatComparison(comparePlans(cloud, later), plain, { width: 80, ...verbose });
    await expect(text).toMatchFileSnapshot('golden/comparison-300-hosts-80.txt');
  });

  it('says that nothing differs', () => {
    const text = formatComparison(comparePlans(sitePlan(), sitePlan()), plain, { width: 80, ...verbose });
    expect(text).toMatch(
      /\n\nCompared: 0 added, 0 removed, 0 changed on 0 hosts, with the plan of 2026-11-21T12:03:00\.000Z\.\n$/,
    );
  });

  it('has the same words with colours, is ASCII, and its last line with -q', () => {
    const comparison = comparePlans(sitePlan(), laterPlan());
    const text = formatComparison(comparison, plain, { width: 80, ...verbose });
    const colour = formatComparison(comparison, coloured, { width: 80, ...verbose });
    expect(colour.replace(/\x1b\[\d+m/g, '')).toBe(text);
    expect(formatComparison(comparison, ascii, { width: 80, ...verbose })).toMatch(/^[\x20-\x7e\n]*$/);
    const quiet = formatComparison(comparison, plain, { width: 80, verbose: false, quiet: true });
    expect(text.endsWith(`\n\n${quiet}`)).toBe(true);
  });

  it('makes texts of hosts safe for the terminal', () => {
    for (const [then, now] of [
      [hostilePlan(), planOf({ c1: [], c2: [], c3: [] })],
      [planOf({ c1: [], c2: [], c3: [] }), hostilePlan()],
    ] as const) {
      const text = formatComparison(comparePlans(then, now), plain, {
        width: 80,
        verbose: true,
        quiet: false,
      });
      expect(text).toContain('\\x1b[2J');
      expect(text).not.toMatch(/[\p{Cf}\p{Cs}]|(?!\n)\p{Cc}/u);
    }
  });
});
