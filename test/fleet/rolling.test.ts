import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { openFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { outcomes, runJson, sshTraffic } from './runs.ts';

/** Runs that go over a few hosts at a time, and what they leave for those who ask later. */

let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet(6);
  await fleet.onAll('echo welcome >/etc/motd');
});
afterAll(() => fleet.close());

const args = (mark: string, ...options: readonly string[]): readonly string[] => [
  fleet.inventory({ vars: { mark } }),
  '--playbook',
  join(import.meta.dirname, 'playbooks/rolling.yaml'),
  ...options,
];

const messages = async (): Promise<string> =>
  (await fleet.onAll('cat /etc/motd')).join('').replaceAll('\n', ' ').trim();

/** Phases with the hosts that were worked on in them, in the order in which they came. */
function story(events: readonly Event[]): readonly string[] {
  const lines: { readonly phase: string; readonly hosts: Set<string> }[] = [];
  for (const event of events) {
    if (event.type === 'phase.start') lines.push({ phase: event.phase, hosts: new Set() });
    if (event.type === 'change.start') lines.at(-1)?.hosts.add(event.host);
  }
  return lines.map(({ phase, hosts }) => [`${phase}:`, ...[...hosts].sort()].join(' '));
}

describe('rolling out', () => {
  it('a canary that fails keeps everybody else as they were', async () => {
    await fleet.on(fleet.host(2), 'touch /srv/broken');
    for (const host of fleet.hosts) sshTraffic(fleet, host);
    const { code, events, trouble } = await runJson(fleet, 'apply', args('first', '--canary', '1'));
    expect(code, trouble).toBe(3);
    expect(outcomes(events)).toEqual({
      c1: 'changed',
      c2: 'failed',
      ...Object.fromEntries(['c3', 'c4', 'c5', 'c6'].map((name) => [name, 'skipped'])),
    });
    expect(await messages()).toBe('first first welcome welcome welcome welcome');
    // each of the others was read and no more
    expect(fleet.hosts.slice(2).map((host) => sshTraffic(fleet, host).execs)).toEqual([1, 1, 1, 1]);
    await fleet.on(fleet.host(2), 'rm /srv/broken');
  });

  it('canaries by name, then batches in order; the backend is asked six times, the others four, at the most', async () => {
    for (const host of fleet.hosts) sshTraffic(fleet, host);
    const options = ['--canary', 'c5', '--serial', '2'];
    const { code, events, trouble } = await runJson(fleet, 'apply', args('second', ...options));
    expect(code, trouble).toBe(0);
    expect(story(events)).toEqual([
      'Read:',
      'Backend: c1',
      'Nodes: canaries: c5',
      'Nodes: batch 1 of 2: c2 c3',
      'Nodes: batch 2 of 2: c4 c6',
    ]);
    expect(await messages()).toBe(fleet.hosts.map(() => 'second').join(' '));
    for (const [index, host] of fleet.hosts.entries()) {
      const { connections, execs } = sshTraffic(fleet, host);
      expect(connections).toBe(1);
      expect(execs).toBeLessThanOrEqual(index === 0 ? 6 : 4);
    }
  });

  it('too many failures end it, and the line for the rest carries it on', async () => {
    for (const number of [2, 3]) await fleet.on(fleet.host(number), 'touch /srv/broken');
    const limits = ['--serial', '1', '--max-failures', '1'];
    const run = await fleet.fastboot(['apply', ...args('third', ...limits), '--yes']);
    expect(run.code).toBe(3);
    expect(run.stdout.replace(/\s+/g, ' ')).toContain(
      'They were not started: 2 of 5 compute nodes failed or could not be reached, and --max-failures is 1.',
    );
    expect(await messages()).toBe('third third third second second second');
    for (const number of [2, 3]) await fleet.on(fleet.host(number), 'rm /srv/broken');
    const again = /^Retry: fastboot (.*)$/m.exec(run.stdout)?.[1]?.replaceAll("'", '').split(' ') ?? [];
    expect(again.slice(-2)).toEqual(['--limit', 'c[2:6]']);
    const rest = await fleet.fastboot(again.filter((word) => word !== ''));
    expect(rest.code, rest.stderr).toBe(0);
    expect(await messages()).toBe(fleet.hosts.map(() => 'third').join(' '));
  });
});

describe('what a run leaves', () => {
  it('is remembered by the backend: who, what, how it came out, with its plan', async () => {
    const inventory = fleet.inventory({ vars: { mark: '' } });
    const list = await fleet.fastboot(['history', inventory, '--json']);
    expect(list.code, list.stderr).toBe(0);
    const { runs } = JSON.parse(list.stdout) as {
      readonly runs: readonly { readonly runId: string; readonly state: string; readonly made: unknown }[];
    };
    expect(runs.map(({ state, made }) => ({ state, made }))).toEqual([
      { state: 'done', made: { changes: 8, hosts: 5 } },
      { state: 'failed', made: { changes: 3, hosts: 3 } },
      { state: 'done', made: { changes: 11, hosts: 6 } },
      { state: 'failed', made: { changes: 2, hosts: 2 } },
    ]);
    const shown = await fleet.fastboot(['history', inventory, '--show', runs[3]?.runId ?? '']);
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('- welcome');
    expect(shown.stdout).toContain('+ first');
  });

  it('is a line in the journal of each host that it changed, and the file as it was before', async () => {
    const journal = await fleet.on(fleet.host(4), 'journalctl -q -t fastboot -o cat');
    const what = String.raw`\S+@\S+ changed 2 things: file /etc/motd, command test ! -e /srv/broken && touch '/srv/works `;
    expect(journal).toMatch(new RegExp(`^${what}second'.*\n${what}third'.*\n$`));
    const kept = `cd /var/lib/fastboot/backup && cat etc/motd && stat -c '%U %a' . etc/motd && cut -f 2 index`;
    expect(await fleet.onAll(kept)).toEqual(
      fleet.hosts.map(() => 'welcome\nroot 700\nroot 644\n/etc/motd\n'),
    );
  });

  it('is nothing where nothing was changed', async () => {
    const look = 'find /var/lib/fastboot -printf "%p %T@ %s\\n" | sort; journalctl -q -t fastboot | wc -l';
    const before = await fleet.onAll(look);
    const { code, trouble } = await runJson(fleet, 'apply', args('third', '--canary', '1', '--serial', '1'));
    expect(code, trouble).toBe(0);
    expect(await fleet.onAll(look)).toEqual(before);
  });
});
