import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseEvents } from '../report/schemas.ts';
import { ensureBundle, startApart } from './cli.ts';
import type { Ended } from './cli.ts';
import { site } from './site.ts';

beforeAll(ensureBundle);

const run = (...args: readonly string[]): Promise<Ended> => startApart(args).ended;

describe('plan --diff-against', () => {
  it('prints what differs from a saved plan, and exits as plan does', async () => {
    const { args, at } = site();
    expect((await run('plan', ...args, '--out', at('then'))).code).toBe(0);
    const same = await run('plan', ...args, '--diff-against', at('then'), '--detailed-exitcode');
    expect(same.stdout).toContain('Compared: 0 added, 0 removed, 0 changed on 0 hosts');
    expect(same.code).toBe(2);

    writeFileSync(at('c1/one'), 'by hand');
    const now = await run('plan', ...args, '--diff-against', at('then'));
    expect(now.stdout).toContain(`c1\n    ~ file ${at('c1/one')}\n      then  create: missing\n`);
    expect(now.stdout).toContain('Compared: 0 added, 0 removed, 1 changed on 1 host');
    expect(now.code).toBe(0);

    const json = await run('plan', ...args, '--diff-against', at('then'), '--json');
    const compared = parseEvents(json.stdout).find(({ type }) => type === 'plan.compared');
    expect(compared).toMatchObject({
      differences: [{ kind: 'changed', about: 'change', host: 'c1', item: `file ${at('c1/one')}` }],
    });

    const document = await run('plan', ...args, '--diff-against', at('then'), '--format', 'json');
    expect(JSON.parse(document.stdout)).toMatchObject({ formatVersion: 1, differences: [{ host: 'c1' }] });
  });

  it('refuses a file that is not a plan before it connects, and does not touch --out', async () => {
    const { args, at, inventory } = site();
    const { code, stdout, stderr } = await run(
      'plan',
      ...args,
      '--diff-against',
      inventory,
      '--out',
      at('new'),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${inventory} is not a saved plan`);
  });

  it('is refused by apply', async () => {
    const { args } = site();
    const { code, stderr } = await run('apply', ...args, '--yes', '--diff-against', 'x');
    expect(code).toBe(1);
    expect(stderr).toContain('--diff-against compares plans');
  });
});

describe('the forms of a plan', () => {
  it.each([
    ['json', /^\{\n {2}"formatVersion": 1,/],
    ['markdown', /^# fastboot plan for /],
    ['html', /^<!doctype html>/],
  ])('plan --format %s', async (format, wanted) => {
    const { code, stdout } = await run('plan', ...site().args, '--format', format);
    expect(stdout).toMatch(wanted);
    expect(code).toBe(0);
  });

  it('apply --format json has the plan alone on standard output', async () => {
    const { code, stdout, stderr } = await run('apply', ...site().args, '--yes', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1 });
    expect(stderr).toContain('Applied: ');
    expect(code).toBe(0);
  });

  it('plan -v says what was read of each host', async () => {
    const { stdout } = await run('plan', ...site().args, '-v');
    expect(stdout).toMatch(/\nRead\n {2}b\n {6}\d+ answers: \d+ [a-z]/);
    expect((await run('plan', ...site().args)).stdout).not.toContain('\nRead\n');
  });
});
