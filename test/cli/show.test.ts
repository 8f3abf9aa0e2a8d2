import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { digestOf } from '../../src/plan/saved-plan.ts';
import { laterPlan, sitePlan, threeHosts } from '../report/plans.ts';
import { ensureBundle, fastboot } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'fastboot-show-'));
const file = join(folder, 'change.plan');

const settings = { pool: {}, nfs: {}, linkSync: {}, nova: {} };
const backend = {
  name: 'nfs01',
  address: 'nfs01',
  port: 22,
  portGiven: false,
  become: false,
  connection: 'ssh',
  groups: [],
  settings,
};
const provenance = {
  files: { inventory: '/inventory.yaml', playbook: '/site.yaml' },
  hosts: [backend],
  derivation: 'apply',
  selected: [],
  plays: [],
  facts: {},
  needsSecrets: [],
};

const asSaved = (made: Plan) => {
  const content = { kind: 'fastboot-plan', ...made, provenance };
  return { ...content, digest: digestOf(content) };
};
const saved = asSaved(threeHosts());

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
    ['html', /^<!doctype html>\n[^]*<script>\/\/ The script of a plan's page[^]*<\/html>\n$/],
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
    [
      'not shaped as a plan',
      JSON.stringify(asSaved({ ...threeHosts(), unread: [{ host: 'c1' }] } as unknown as Plan)),
    ],
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

describe('show --diff-against', () => {
  const [then, now] = [join(folder, 'then.plan'), join(folder, 'now.plan')];

  beforeAll(() => {
    writeFileSync(then, JSON.stringify(asSaved(sitePlan())));
    writeFileSync(now, JSON.stringify(asSaved(laterPlan())));
  });

  it('prints in what a plan differs from an older one', async () => {
    const { code, stdout, stderr } = await fastboot(['show', now, '--diff-against', then]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /\nCompared: 5 added, 2 removed, 7 changed on 5 hosts, with the plan of 2026-11-21T12:03:00\.000Z\.\n$/,
    );
    expect(code).toBe(0);
  });

  it('gives it as JSON', async () => {
    const { stdout } = await fastboot(['show', now, '--diff-against', then, '--format', 'json']);
    const { differences } = JSON.parse(stdout) as { differences: readonly { kind: string }[] };
    expect(differences.filter(({ kind }) => kind === 'added')).toHaveLength(5);
  });

  it.each([
    [[now, '--diff-against', join(folder, 'nowhere')], 'nowhere'],
    [[now, '--diff-against', then, '--format', 'html'], 'not html'],
  ])('refuses %j', async (args, wanted) => {
    const { code, stdout, stderr } = await fastboot(['show', ...args]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(wanted);
  });
});
