import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { findingKey, similarFindingKey } from '../../src/plan/finding-key.ts';

const finding = (fields: JsonObject, more: Partial<Finding> = {}): Finding => ({
  host: 'c1',
  check: 'base-files',
  code: 'own-files',
  severity: 'block',
  fields,
  finding: 'a sentence',
  remedy: 'another sentence',
  ...more,
});

const [A, B] = ['a'.repeat(40), '0123456789abcdef0123456789abcdef01234567'] as const;

/** Two findings, and whether they are the same, similar (shown once for both hosts), or different. */
const CASES: readonly [string, Finding, Finding, 'same' | 'similar' | 'different'][] = [
  ['other sentences', finding({ files: 1 }), finding({ files: 1 }, { finding: 'x', remedy: 'y' }), 'same'],
  ['another host', finding({ files: 1 }), finding({ files: 1 }, { host: 'c2' }), 'same'],
  ['fields in another order', finding({ a: 1, b: 2 }), finding({ b: 2, a: 1 }), 'same'],
  ['another number', finding({ files: 1 }), finding({ files: 27 }), 'similar'],
  ['another size', finding({ size: '1.5 GiB' }), finding({ size: '12 GiB' }), 'similar'],
  ['another unit', finding({ size: '1.5 GiB' }), finding({ size: '1.5 TiB' }), 'different'],
  ['another base name', finding({ first: A }), finding({ first: B }), 'similar'],
  ['a base name in a path', finding({ path: `/_base/${A}` }), finding({ path: `/_base/${B}` }), 'similar'],
  ['another folder', finding({ path: `/_base/${A}` }), finding({ path: `/other/${A}` }), 'different'],
  ['more base names', finding({ names: [A] }), finding({ names: [A, B] }), 'similar'],
  ['no base names', finding({ names: [A] }), finding({ names: [] }), 'different'],
  ['numbers in objects', finding({ vm: { disks: 2 } }), finding({ vm: { disks: 3 } }), 'similar'],
  ['another name', finding({ user: 'nova' }), finding({ user: 'qemu' }), 'different'],
  ['another boolean', finding({ active: true }), finding({ active: false }), 'different'],
  ['a value and null', finding({ user: 'nova' }), finding({ user: null }), 'different'],
  ['a number and null', finding({ uid: 162 }), finding({ uid: null }), 'different'],
  ['one more field', finding({}), finding({ files: 1 }), 'different'],
  ['another code', finding({}), finding({}, { code: 'unreadable' }), 'different'],
  ['another check', finding({}), finding({}, { check: 'links' }), 'different'],
  ['another severity', finding({}), finding({}, { severity: 'warning' }), 'different'],
];

describe('findings are compared as data', () => {
  it.each(CASES)('%s', (_what, a, b, expected) => {
    expect(findingKey(a) === findingKey(b)).toBe(expected === 'same');
    expect(similarFindingKey(a) === similarFindingKey(b)).toBe(expected !== 'different');
  });
});
