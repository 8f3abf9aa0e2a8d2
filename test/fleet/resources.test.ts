import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planned } from '../lab/scenario.ts';
import { cases } from './cases.ts';
import { openFleet } from './fleet.ts';
import type { Fleet, FleetInventoryOptions } from './fleet.ts';
import { outcomes, runJson } from './runs.ts';
import type { Outcome } from './runs.ts';

/**
 * Every resource type on a real host, by playbooks of our own: it comes about, it stays, and what somebody changes by hand is named
 * and mended. Not here, because these hosts share a kernel without NFS: a running NFS server, live NFS mounts, loading a module. These
 * are the lab's.
 */

let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet(3);
});
afterAll(() => fleet.close());

const folder = join(import.meta.dirname, 'playbooks');

const run = (
  command: 'plan' | 'apply',
  playbook: string,
  inventory?: FleetInventoryOptions,
): Promise<Outcome> =>
  runJson(fleet, command, [fleet.inventory(inventory), '--playbook', join(folder, playbook)]);

/** Everything that a plan holds, also what waits or is blocked. */
const everything = ({ plan }: Outcome): unknown =>
  plan?.stages.flatMap(({ hosts }) => hosts.flatMap(({ units }) => units));

describe.each(cases)('$playbook', ({ playbook, before, look, wanted, drift, named }) => {
  it('comes about and stays', async () => {
    const host = fleet.host(1);
    if (before !== undefined) await fleet.on(host, before);
    const first = await run('apply', playbook);
    expect(first.code, first.trouble).toBe(0);
    expect(outcomes(first.events)).toEqual({ c1: 'changed', c2: 'unchanged', c3: 'unchanged' });
    expect(await fleet.on(host, look)).toBe(wanted);
    const again = await run('plan', playbook);
    expect(again.code, again.trouble).toBe(0);
    expect(everything(again)).toEqual([]);
  });

  it('is mended where somebody changed it', async () => {
    const host = fleet.host(1);
    await fleet.on(host, drift);
    const plan = await run('plan', playbook);
    expect(planned(plan.plan)).toEqual(named.map((change) => `c1 ${change}`));
    const mended = await run('apply', playbook);
    expect(mended.code, mended.trouble).toBe(0);
    expect(await fleet.on(host, look)).toBe(wanted);
  });
});

describe('handlers', () => {
  it('restart what runs after its program changed, once', async () => {
    const host = fleet.host(1);
    const pid = 'systemctl show --value -p MainPID keeper';
    const before = await fleet.on(host, pid);
    await fleet.on(host, 'echo "# edited" >>/usr/local/bin/keeper');
    const plan = await run('plan', 'services.yaml');
    expect(planned(plan.plan)).toEqual(['c1 file /usr/local/bin/keeper', 'c1 service keeper.service']);
    const mended = await run('apply', 'services.yaml');
    expect(mended.code, mended.trouble).toBe(0);
    expect(await fleet.on(host, pid)).not.toBe(before);
    expect(everything(await run('plan', 'services.yaml'))).toEqual([]);
  });
});

describe('a module that this kernel has not', () => {
  it('fails with what modprobe says of it', async () => {
    const { code, trouble } = await run('apply', 'no-module.yaml');
    expect(code).toBe(3);
    expect(trouble).toContain('Module no_such_module not found');
  });
});

describe('language.yaml', () => {
  const inventory: FleetInventoryOptions = {
    vars: {
      site: {
        number: 1,
        files: [
          { name: 'x', text: 'taken', wanted: true },
          { name: 'y', text: 'left', wanted: false },
        ],
      },
    },
    hostVars: { c3: { site: { number: 2, files: [] } } },
  };
  const show = 'cd /srv/language; for f in *; do echo "$f: $(cat "$f")"; done';
  const common = (number: number): string => `a: ${number}\nb: ${number}\n`;
  const greeting = (host: number, number: number): string =>
    `c: ${number}\n${host === 1 ? '' : `c${host}: 10.79.0.${host}\n`}debian: \ngreeting: hello from c${host}, number ${number}\nnotes: noted\n`;

  it('means what it says, on every host by its own variables', async () => {
    const first = await run('apply', 'language.yaml', inventory);
    expect(first.code, first.trouble).toBe(0);
    expect(await fleet.onAll(show)).toEqual([
      `${common(1)}${greeting(1, 1)}x: taken\n`,
      `${common(1)}${greeting(2, 1)}x: taken\n`,
      `${common(2)}${greeting(3, 2)}two: \n`,
    ]);
    expect(everything(await run('plan', 'language.yaml', inventory))).toEqual([]);
  });

  it('runs a handler once more where something changed, and on no other host', async () => {
    await fleet.on(fleet.host(2), 'rm /srv/language/a /srv/language/b');
    const mended = await run('apply', 'language.yaml', inventory);
    expect(outcomes(mended.events)).toEqual({ c1: 'unchanged', c2: 'changed', c3: 'unchanged' });
    const notes = await fleet.onAll('grep -c noted /srv/language/notes');
    expect(notes).toEqual(['1\n', '2\n', '1\n']);
  });
});
