import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectHosts } from '../../src/inventory/pattern.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { parseHostPattern } from '../../src/inventory/range.ts';
import { inventoryText, load } from './temp.ts';

const text = inventoryText({
  hosts: '"c[01:12]": ',
  more: `    rack_a: {hosts: {"c[01:06]": }}
    rack_b: {hosts: {"c[07:12]": , nfs01: }}
    web-1: {hosts: {c12: }}`,
});
const inventory: Inventory = (await load(text)).inventory;

function select(pattern: string): string {
  const selected = selectHosts(inventory, pattern);
  return selected.ok ? selected.value.map(({ name }) => name).join(' ') : selected.error;
}

describe('selectHosts', () => {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `c${String(from + i).padStart(2, '0')}`).join(' ');
  const cases: [pattern: string, expected: string][] = [
    ['c01', 'c01'],
    ['c03,c01', 'c01 c03'],
    ['compute', range(1, 12)],
    ['rack_a', range(1, 6)],
    ['all', `nfs01 ${range(1, 12)}`],
    ['*', `nfs01 ${range(1, 12)}`],
    ['c1*', range(10, 12)],
    ['c?1', 'c01 c11'],
    ['c0[1-3]', range(1, 3)],
    ['c0[!1-8]', 'c09'],
    ['rack_*', `nfs01 ${range(1, 12)}`],
    ['c[02:04]', range(2, 4)],
    ['c[02:06:2]', 'c02 c04 c06'],
    ['compute[0:2]', range(1, 3)],
    ['compute[-1]', 'c12'],
    ['compute[10:]', range(11, 12)],
    ['!rack_a', `nfs01 ${range(7, 12)}`],
    ['compute,!c0*', range(10, 12)],
    ['!c0*,compute', range(10, 12)],
    ['compute:!c0*', range(10, 12)],
    ['rack_b,&compute', range(7, 12)],
    ['nfs_backend', 'nfs01'],
    [' c01 , c02 ', 'c01 c02'],
    [
      'ungrouped',
      '`ungrouped` selects no host: change the pattern (`fastboot inventory FILE --graph` shows the groups)',
    ],
    ['c13', 'no host or group matches `c13`; did you mean `c12`?'],
    ['comptue', 'no host or group matches `comptue`; did you mean `compute`?'],
    ['!comptue', 'no host or group matches `comptue`; did you mean `compute`?'],
    ['x*', 'no host or group matches `x*`'],
    ['c[11:14]', '`c[11:14]` names hosts that are not in the inventory: c13, c14'],
    ['compute[40:50]', '`compute[40:50]`: the group `compute` has 12 hosts'],
    ['', 'the pattern is empty: give names of hosts or groups'],
    [',', 'the pattern is empty: give names of hosts or groups'],
    [
      'c01,!c01',
      '`c01,!c01` selects no host: change the pattern (`fastboot inventory FILE --graph` shows the groups)',
    ],
    ['toString', 'no host or group matches `toString`'],
  ];
  test.each(cases)('%s', (pattern, expected) => {
    const selected = select(pattern);
    if (expected.includes('did you mean')) expect(selected.replace(/`c\d\d`\?/, '`c12`?')).toBe(expected);
    else expect(selected).toBe(expected);
  });

  test('whatever the pattern, it ends, and what it takes away is not in the result', () => {
    const term = fc.constantFrom('c*', 'c01', 'rack_a', 'rack_b', 'c?2', 'c[02:05]', 'nfs01', '*1', '[a-z]*');
    fc.assert(
      fc.property(fc.array(term, { minLength: 1 }), fc.array(term), (taken, dropped) => {
        const names = (terms: string[]) => new Set(select(terms.join(',')).split(' '));
        const result = selectHosts(inventory, [...taken, ...dropped.map((item) => `!${item}`)].join(','));
        const [all, gone] = [names(taken), dropped.length === 0 ? new Set<string>() : names(dropped)];
        const expected = [...all].filter((name) => !gone.has(name));
        expect(result.ok ? result.value.map(({ name }) => name) : []).toEqual(expected);
      }),
    );
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (pattern) => void selectHosts(inventory, pattern)));
  });
});

describe('ranges', () => {
  test('have the size and the names of their bounds', () => {
    const bounds = fc.tuple(fc.nat(3000), fc.nat(200), fc.integer({ min: 1, max: 7 }));
    fc.assert(
      fc.property(bounds, fc.boolean(), ([begin, length, step], padded) => {
        const end = begin + length;
        const width = padded ? String(end).length + 1 : 0;
        const pad = (value: number) => String(value).padStart(width, '0');
        const pattern = parseHostPattern(`n[${pad(begin)}:${pad(end)}:${step}].x`);
        const expected: string[] = [];
        for (let i = begin; i <= end; i += step) expected.push(`n${pad(i)}.x`);
        expect(pattern.ok && [...pattern.value.names()]).toEqual(expected);
        expect(pattern.ok && pattern.value.count).toBe(expected.length);
      }),
    );
  });

  test('no text makes the parser throw', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('[', ']', ':', '0', '1', 'a', '-', '.') }),
        (pattern) => void parseHostPattern(pattern),
      ),
    );
  });
});
