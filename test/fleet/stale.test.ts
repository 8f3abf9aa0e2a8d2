import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/plan/saved-plan.ts';
import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import type { Difference } from '../../src/plan/stale.ts';
import { planErrors } from '../report/schemas.ts';
import { drifts, SETUP } from './drifts.ts';
import { openFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { outcomes, runJson } from './runs.ts';
import type { Outcome } from './runs.ts';
import { treeOf } from './tree.ts';

/** One saved plan, and everything that may change on three real hosts before it is applied. */

let fleet: Fleet;
let inventory: string;
let folder: string;
let plan: string;

const trees = (): Promise<readonly string[]> => Promise.all(fleet.hosts.map((host) => treeOf(fleet, host)));

const apply = (file: string, ...more: readonly string[]): Promise<Outcome> =>
  runJson(fleet, 'apply', [file, ...more]);

const differences = ({ events }: Outcome): readonly Difference[] =>
  events.flatMap((event) => (event.type === 'plan.stale' ? event.differences : []));

const read = (): SavedPlan => JSON.parse(readFileSync(plan, 'utf8')) as SavedPlan;

beforeAll(async () => {
  fleet = await openFleet(3);
  await fleet.onAll(SETUP);
  folder = join(fleet.dir, 'playbooks');
  cpSync(join(import.meta.dirname, 'playbooks'), folder, { recursive: true });
  inventory = fleet.inventory();
  plan = join(fleet.dir, 'plan');
}, 120_000);
afterAll(() => fleet.close());

it('a plan changes nothing on any host, not even a time stamp, and is saved', async () => {
  // the first login makes caches of its own
  await runJson(fleet, 'plan', [inventory, '--playbook', join(folder, 'stale.yaml')]);
  const before = await trees();
  const made = await runJson(fleet, 'plan', [
    inventory,
    '--playbook',
    join(folder, 'stale.yaml'),
    '--out',
    plan,
  ]);
  expect(made.code, made.trouble).toBe(0);
  expect(await trees()).toEqual(before);
  expect(planErrors(read())).toEqual([]);
  expect(read().findings.filter(({ severity }) => severity === 'block')).toEqual([]);

  const again = join(fleet.dir, 'again');
  const second = await runJson(fleet, 'plan', [
    inventory,
    '--playbook',
    join(folder, 'stale.yaml'),
    '--out',
    again,
  ]);
  expect(second.code, second.trouble).toBe(0);
  const same = JSON.parse(readFileSync(again, 'utf8')) as SavedPlan;
  expect({ ...same, createdAt: '', digest: '' }).toEqual({ ...read(), createdAt: '', digest: '' });
});

describe('is refused with its name, and nothing is touched anywhere, where', () => {
  it.each(drifts)('$what (host $on): $names', async ({ on, done, undone, names, host: named }) => {
    const host = fleet.host(on);
    await fleet.on(host, done);
    try {
      const before = await trees();
      const run = await apply(plan);
      expect(run.code, run.trouble).toBe(5);
      expect(differences(run)).toContainEqual(
        expect.objectContaining({
          host: named ?? host.name,
          item: expect.stringContaining(names) as unknown,
        }),
      );
      expect(await trees()).toEqual(before);
      expect(run.events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 5 });
    } finally {
      await fleet.on(host, undone);
    }
  });

  /** What changes here, not on a host: the exit code, what is named, how it is done and undone. */
  const here: readonly [string, number, RegExp, () => () => void][] = [
    ['the inventory was edited', 5, /^inventory /, () => edited(inventory, '# a note\n')],
    [
      'variables came beside the inventory',
      5,
      /^inventory /,
      () => added(join(fleet.dir, 'group_vars'), 'all.yaml', 'x: 1\n'),
    ],
    ['the playbook was edited', 5, /^playbook /, () => edited(join(folder, 'stale.yaml'), '# a note\n')],
    ['a template was edited', 5, /^playbook /, () => edited(join(folder, 'templates/motd'), 'more\n')],
    ['fastboot is another version', 5, /^fastboot$/, () => forged({ fastboot: '0.0.9' })],
    ['the plan was edited', 1, /^$/, () => edited(plan, '', (text) => text.replace('"0640"', '"0666"'))],
    ['the plan is cut off', 1, /^$/, () => edited(plan, '', (text) => text.slice(0, text.length / 2))],
  ];
  it.each(here)('%s', async (_what, code, names, change) => {
    const undo = change();
    try {
      const before = await trees();
      const run = await apply(plan);
      expect(run.code, run.trouble).toBe(code);
      const items = differences(run).map(({ item }) => item);
      expect(code === 1 ? run.events : items).toEqual(code === 1 ? [] : [expect.stringMatching(names)]);
      expect(await trees()).toEqual(before);
    } finally {
      undo();
    }
  });

  it('a host has another key', async () => {
    const lines = readFileSync(fleet.knownHostsFile, 'utf8').trim().split('\n');
    const known = join(fleet.dir, 'other-known-hosts');
    const [, type = '', key = ''] = lines[0]?.split(' ') ?? [];
    const others = lines.map((line) => (line.startsWith('c3,') ? `c3,10.79.0.3 ${type} ${key}` : line));
    writeFileSync(known, `${others.join('\n')}\n`);
    const before = await trees();
    const run = await apply(plan, '--known-hosts', known);
    expect(run.code, run.trouble).toBe(5);
    expect(differences(run)).toContainEqual(
      expect.objectContaining({ host: 'c3', item: 'connection', then: 'reachable' }),
    );
    expect(await trees()).toEqual(before);
  });

  it('the backend is gone, which leaves nothing to compare', async () => {
    await fleet.on(fleet.host(1), 'systemctl stop ssh');
    try {
      expect((await apply(plan)).code).toBe(4);
    } finally {
      await fleet.on(fleet.host(1), 'systemctl start ssh');
    }
  });
});

it('what decides nothing does not matter, and the plan is carried out: just what stands in it', async () => {
  await fleet.onAll(`mount -t tmpfs unrelated /media; echo unrelated >/srv/unrelated; useradd unrelated
dpkg -i /srv/repository/fastboot-unwanted.deb >/dev/null; mkdir -p /etc/nova/nova.conf.d; echo '[api]' >/etc/nova/nova.conf.d/zz.conf`);
  rmSync(join(folder, 'stale.yaml'));
  rmSync(inventory);
  const run = await apply(plan);
  expect(run.code, run.trouble).toBe(0);
  expect(outcomes(run.events)).toEqual({ c1: 'changed', c2: 'changed', c3: 'changed' });

  const before = await trees();
  const again = await apply(plan);
  expect(again.code, again.trouble).toBe(5);
  expect(differences(again)[0]).toEqual({
    host: null,
    item: 'plan',
    then: 'to be applied',
    now: 'applied already: nothing is left to do',
  });
  expect(await trees()).toEqual(before);
});

/** Changes a file's text and gives what puts it back. */
function edited(
  file: string,
  more: string,
  edit: (text: string) => string = (text) => text + more,
): () => void {
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, edit(before));
  return () => writeFileSync(file, before);
}

function added(at: string, name: string, text: string): () => void {
  mkdirSync(at);
  writeFileSync(join(at, name), text);
  return () => rmSync(at, { recursive: true });
}

/** Changes the plan as somebody would who knows how its digest is made. */
function forged(change: Partial<SavedPlan>): () => void {
  const other = { ...read(), ...change };
  return edited(plan, '', () => JSON.stringify({ ...other, digest: digestOf(other) }));
}
