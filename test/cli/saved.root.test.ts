import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/plan/saved-plan.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import { snapshotTree } from '../engine/tree.ts';
import { parseEvents, planErrors } from '../report/schemas.ts';
import { ensureBundle, startApart } from './cli.ts';
import type { Ended } from './cli.ts';
import { site } from './site.ts';

beforeAll(ensureBundle);

const run = (...args: readonly string[]): Promise<Ended> => startApart(args).ended;
const readPlan = (file: string): SavedPlan => JSON.parse(readFileSync(file, 'utf8')) as SavedPlan;

/** Changes a saved plan as somebody would who knows how its digest is made. */
function forge(file: string, change: Partial<SavedPlan>): void {
  const plan = { ...readPlan(file), ...change };
  writeFileSync(file, JSON.stringify({ ...plan, digest: digestOf(plan) }));
}

async function saved(tasks = '', vars = '') {
  const at = site(tasks, vars);
  const plan = at.at('a plan');
  const made = await run('plan', ...at.args, '--out', plan);
  expect(made.code, made.stderr).toBe(0);
  return { ...at, plan, made };
}

describe('a saved plan', () => {
  it('is applied exactly, without its inventory and playbook', async () => {
    const { plan, made, inventory, playbook, at } = await saved();
    expect(made.stdout).toContain(`Saved to ${plan}. Apply exactly this plan with: fastboot apply ${plan}`);
    expect(planErrors(readPlan(plan))).toEqual([]);
    expect((statSync(plan).mode & 0o777).toString(8)).toBe('600');
    expect(readdirSync(at('.')).filter((name) => name.startsWith('.'))).toEqual([]);
    rmSync(inventory);
    rmSync(playbook);
    const applied = await run('apply', plan, '--yes', '--json');
    expect(applied.code, applied.stderr).toBe(0);
    const done = parseEvents(applied.stdout).filter(({ type }) => type === 'change.done');
    expect(done.map(({ change }) => change)).toEqual(['b:1', 'c1:1', 'c1:2']);
    expect(readFileSync(at('c1/last'), 'utf8')).toBe('2');

    const again = await run('apply', plan, '--yes');
    expect(again.code).toBe(5);
    expect(again.stderr).toContain('applied already: nothing is left to do');
  });

  it('is the same whenever it is made of the same state, but for its time and so its digest', async () => {
    const { plan, args, at } = await saved();
    await run('plan', ...args, '--out', at('other'));
    const [one, two] = [readPlan(plan), readPlan(at('other'))];
    expect({ ...one, createdAt: '', digest: '' }).toEqual({ ...two, createdAt: '', digest: '' });
  });

  it('is saved with --json too, and by apply --dry-run', async () => {
    const { args, at } = site();
    const made = await run('apply', ...args, '--dry-run', '--json', '--out', at('plan'));
    expect(made.code, made.stderr).toBe(0);
    expect(parseEvents(made.stdout).at(-1)).toMatchObject({ type: 'run.done', exitCode: 0 });
    expect(readPlan(at('plan')).kind).toBe('fastboot-plan');
  });

  it('needs --yes where it cannot ask', async () => {
    const { plan, at } = await saved();
    expect((await run('apply', plan)).code).toBe(1);
    expect(existsSync(at('b/one'))).toBe(false);
  });
});

type Site = Awaited<ReturnType<typeof saved>>;

/** What is not as it was: exit code, and what is said. */
const drifts: readonly [string, (at: Site) => void, number, RegExp][] = [
  [
    'an inventory that was edited',
    ({ inventory }) => writeFileSync(inventory, `${readFileSync(inventory, 'utf8')}# edited\n`),
    5,
    /inventory .*inventory.yaml\n {4}then {2}sha256 .*\n {4}now {3}sha256/,
  ],
  [
    'an inventory with an error',
    ({ inventory }) => writeFileSync(inventory, 'all: ['),
    5,
    /inventory .*\n.*\n {4}now {3}has errors/,
  ],
  [
    'variables beside the inventory',
    ({ at }) => {
      mkdirSync(at('group_vars'));
      writeFileSync(at('group_vars/all.yaml'), 'x: 1\n');
    },
    5,
    /inventory/,
  ],
  [
    'a playbook that was edited',
    ({ playbook }) => writeFileSync(playbook, `${readFileSync(playbook, 'utf8')}# edited\n`),
    5,
    /playbook .*site.yaml/,
  ],
  [
    'another version of fastboot',
    ({ plan }) => forge(plan, { fastboot: '9.9.9' }),
    5,
    /fastboot\n {4}then {2}9\.9\.9\n {4}now {3}0\.1\.0/,
  ],
  [
    'a plan that was edited',
    ({ plan }) => writeFileSync(plan, readFileSync(plan, 'utf8').replace('"0644"', '"0666"')),
    1,
    /was edited or damaged after it was saved/,
  ],
  [
    'a plan that is cut off',
    ({ plan }) => writeFileSync(plan, readFileSync(plan, 'utf8').slice(0, -40)),
    1,
    /is a damaged or incomplete plan/,
  ],
  [
    'a plan of a later format',
    ({ plan }) => forge(plan, { formatVersion: 2 as 1 }),
    1,
    /has format 2, made by fastboot 0\.1\.0; expected format 1/,
  ],
  [
    'a plan as --json prints it',
    ({ plan }) => writeFileSync(plan, '{ "formatVersion": 1, "stages": [] }'),
    1,
    /is a plan as --json prints it/,
  ],
  [
    'a file that is there now',
    ({ at }) => writeFileSync(at('c1/last'), 'mine'),
    5,
    /c1: file .*\/c1\/last\n {4}then {2}nothing\n {4}now {3}sum [0-9a-f]{12}…/,
  ],
];

describe('a saved plan is refused, and nothing is touched, after', () => {
  it.each(drifts)('%s', async (_what, drift, code, message) => {
    const made = await saved();
    drift(made);
    const before = snapshotTree(made.folder);
    const applied = await run('apply', made.plan, '--yes');
    expect(applied.stderr).toMatch(message);
    expect(applied.stderr).toContain('othing was touched');
    expect(applied.code).toBe(code);
    expect(snapshotTree(made.folder)).toEqual(before);
  });

  it('an option that would make another plan of it', async () => {
    const { plan } = await saved();
    for (const option of [
      ['--limit', 'c1'],
      ['--playbook', 'x.yaml'],
    ]) {
      const { code, stderr } = await run('apply', plan, '--yes', ...option);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(`${option[0] ?? ''} cannot be given with a saved plan`),
      ]);
    }
    expect((await run('plan', plan)).code).toBe(1);
  });

  it('it was replaced by the plan of another tool, which is taken for an inventory', async () => {
    const { plan } = await saved();
    writeFileSync(plan, '{ "format_version": "1.2", "planned_values": {} }');
    const { code, stderr } = await run('apply', plan, '--yes');
    expect(stderr).toContain('a plan:1:1: no group `nfs_backend` in this inventory');
    expect(code).toBe(1);
  });

  it('something changed, which is an event too', async () => {
    const { plan, at } = await saved();
    writeFileSync(at('b/one'), 'other');
    const { stdout, code } = await run('apply', plan, '--yes', '--json');
    const events = parseEvents(stdout);
    expect(events.find(({ type }) => type === 'plan.stale')).toMatchObject({
      differences: [{ host: 'b', item: `file ${at('b/one')}`, then: 'nothing' }],
    });
    expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 5 });
    expect(code).toBe(5);
  });
});

describe('--out', () => {
  it('is refused before anything is read where no plan can be put', async () => {
    const { args, at, inventory } = site();
    mkdirSync(at('folder'));
    for (const [where, why] of [
      ['folder', 'is not a file'],
      ['none/plan', 'no such file or directory'],
      ['inventory.yaml', 'exists and is not a plan, so it is not replaced'],
    ] as const) {
      const { code, stderr, stdout } = await run('plan', ...args, '--out', at(where));
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(why);
    }
    expect(readFileSync(inventory, 'utf8')).toContain('nfs_backend');
    expect((await run('apply', ...args, '--yes', '--out', at('plan'))).code).toBe(1);
    expect(existsSync(at('b/one'))).toBe(false);
  });

  it('replaces an older plan, and keeps it when no new one is made', async () => {
    const { plan, args } = await saved();
    const before = readFileSync(plan, 'utf8');
    expect((await run('plan', ...args, '--out', plan)).code).toBe(0);
    const after = readFileSync(plan, 'utf8');
    expect(after).not.toBe(before);
    const broken = readFileSync(args[2] ?? '', 'utf8').replaceAll('{{ root }}', '{{ nowhere }}');
    writeFileSync(args[2] ?? '', broken);
    expect((await run('plan', ...args, '--out', plan)).code).toBe(1);
    expect(readFileSync(plan, 'utf8')).toBe(after);
  });
});
