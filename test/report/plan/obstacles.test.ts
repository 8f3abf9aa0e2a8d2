import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import { groupChanges, groupFindings } from '../../../src/report/plan/obstacles.ts';
import { blockedMount, change } from '../build.ts';

const finding = (host: string, more: Partial<Finding> = {}): Finding => ({
  host,
  check: 'link-speed',
  code: 'slow',
  severity: 'warning',
  fields: { device: 'bond0', mbits: 1000 },
  finding: 'bond0 runs at 1000 Mbit/s',
  remedy: 'use a faster port',
  ...more,
});

describe('groupFindings', () => {
  it('tells the same finding once for all hosts', () => {
    const [group, ...others] = groupFindings([finding('c1'), finding('c2'), finding('c2')]);
    expect(others).toEqual([]);
    expect(group).toEqual({
      type: 'check',
      label: 'link-speed',
      reason: 'bond0 runs at 1000 Mbit/s',
      remedy: 'use a faster port',
      hosts: ['c1', 'c2'],
      varies: false,
    });
  });

  it('says where hosts differ in a number, as the first host has it', () => {
    const fields = { device: 'bond0', mbits: 100 };
    const slower = finding('c2', { fields, finding: 'bond0 runs at 100 Mbit/s' });
    const groups = groupFindings([finding('c1'), slower]);
    expect(groups).toMatchObject([
      { reason: 'bond0 runs at 1000 Mbit/s', hosts: ['c1', 'c2'], varies: true },
    ]);
  });

  it('decides on the data, whatever the sentences say', () => {
    const sameWords = finding('c2', { fields: { device: 'bond1', mbits: 1000, bridge: 'br-ex' } });
    expect(groupFindings([finding('c1'), sameWords])).toHaveLength(2);
    const otherWords = finding('c2', { finding: 'quite another sentence', remedy: 'another remedy' });
    expect(groupFindings([finding('c1'), otherWords])).toMatchObject([{ varies: false }]);
  });
});

describe('groupChanges', () => {
  it('tells the same change once, though the numbers of its reason differ', () => {
    const on = (host: string, files: number) => {
      return { ...blockedMount, host, reason: `_base is not empty: ${files} files` };
    };
    expect(groupChanges([on('c1', 3), on('c2', 5)])).toMatchObject([
      { reason: '_base is not empty: 3 files', hosts: ['c1', 'c2'], varies: true },
    ]);
  });

  it('keeps changes apart that are of other things or have other reasons', () => {
    const [a, b] = [change({ reason: 'x' }), change({ reason: 'y' })];
    expect(
      groupChanges([
        { ...a, host: 'c1' },
        { ...b, host: 'c2' },
      ]),
    ).toHaveLength(2);
    expect(
      groupChanges([
        { ...a, host: 'c1' },
        { ...a, label: '/b', host: 'c2' },
      ]),
    ).toHaveLength(2);
  });
});
