import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/plan/saved.ts';
import { threeHosts } from '../report/plans.ts';
import { ensureBundle, fastboot } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'fastboot-show-'));
const file = join(folder, 'change.plan');
const content = { kind: 'fastboot-plan', ...threeHosts() };
const saved = { ...content, digest: digestOf(content) };

beforeAll(() => {
  ensureBundle();
  writeFileSync(file, JSON.stringify(saved));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('show', () => {
  it.each([
    [
      'text',
      /^fastboot plan {2}inventory\.yaml {2}4 hosts {2}\(saved, made 2026-11-21T12:03:00\.000Z\)\n[^]*\nPlan: /,
    ],
    ['markdown', /^# fastboot plan for `inventory\.yaml`\n[^]*<details>/],
    ['html', /^<!doctype html>\n[^]*<script>\/\/ Filter[^]*<\/html>\n$/],
  ])('prints a saved plan as %s', async (format, wanted) => {
    const { code, stdout, stderr } = await fastboot(['show', file, '--format', format]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(wanted);
    expect(code).toBe(0);
  });

  it('gives the plan itself as JSON', async () => {
    const { code, stdout } = await fastboot(['show', file, '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual(saved);
    expect(code).toBe(0);
  });

  it('is text by default, and one line with -q', async () => {
    const whole = await fastboot(['show', file]);
    const quiet = await fastboot(['show', file, '-q']);
    expect(quiet.stdout).toBe(`${whole.stdout.trimEnd().split('\n').at(-1) ?? ''}\n`);
  });

  it.each([
    ['missing', undefined],
    ['cut off', '{"kind":"fastboot-plan","formatVersion":1,'],
    ['edited', JSON.stringify({ ...saved, limit: 'all' })],
    ['foreign', '{"a":1}'],
    ['of another version', JSON.stringify({ ...saved, formatVersion: 99 })],
  ])('says what is wrong with a file that is %s', async (name, content) => {
    const other = join(folder, name);
    if (content !== undefined) writeFileSync(other, content);
    const { code, stdout, stderr } = await fastboot(['show', other]);
    expect(stdout).toBe('');
    expect(stderr).toContain(other);
    expect(code).toBe(1);
  });
});
