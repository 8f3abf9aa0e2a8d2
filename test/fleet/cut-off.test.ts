import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFleet } from './fleet.ts';
import type { Fleet, Running } from './fleet.ts';
import { readOutcome, runJson } from './runs.ts';

/** Runs that are interrupted or killed, and runs that meet another. */

let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet(8);
});
afterAll(() => fleet.close());
beforeEach(() => fleet.onAll('rm -rf /srv/slow'));

const args = (playbook: string, seconds: number): readonly string[] => [
  fleet.inventory({ vars: { seconds, mark: 'here', hanging: '' } }),
  '--playbook',
  join(import.meta.dirname, 'playbooks', playbook),
];

/** Starts a run and waits until every host has begun its work, which takes that many seconds. */
async function startWorking(seconds: number): Promise<Running> {
  let begun = 0;
  let go: () => void = () => undefined;
  const allBegun = new Promise<void>((resolve) => (go = resolve));
  const running = fleet.start(['apply', ...args('slow.yaml', seconds), '--yes', '--json'], {
    onLine: (line) => {
      if (line.includes('"change.start"') && line.includes('command date')) begun += 1;
      if (begun === fleet.hosts.length) go();
    },
  });
  await Promise.race([allBegun, running.done]);
  return running;
}

const counts = (): Promise<readonly string[]> =>
  fleet.onAll(
    'cd /srv/slow && echo $(cat began 2>/dev/null | wc -l) begun, $(cat ended 2>/dev/null | wc -l) ended, $(ls | grep -c done) done',
  );
const everywhere = (text: string): readonly string[] => fleet.hosts.map(() => `${text}\n`);

describe('Ctrl-C', () => {
  it('lets what was begun come to its end, begins nothing more, and the next run carries on', async () => {
    const running = await startWorking(2);
    process.kill(running.pid(), 'SIGINT');
    const { code, events, trouble } = readOutcome(await running.done);
    expect(code, trouble).toBe(130);
    expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 130 });
    expect(await counts()).toEqual(everywhere('1 begun, 1 ended, 0 done'));
    expect(await fleet.on(fleet.host(1), 'cat /run/fastboot/lock')).toBe('');

    const next = await runJson(fleet, 'apply', args('slow.yaml', 2));
    expect(next.code, next.trouble).toBe(0);
    expect(await counts()).toEqual(everywhere('1 begun, 1 ended, 1 done'));
  });
});

describe('two runs at once', () => {
  it('one works, the other is refused and told who works', async () => {
    const first = await startWorking(3);
    const second = await fleet.fastboot(['apply', ...args('slow.yaml', 3), '--yes']);
    expect(second.code).toBe(5);
    expect(second.stderr).toMatch(/Another run holds the lock on c1: \S+@\S+, since 20\S+: fastboot apply/);
    expect(second.stderr).toContain('Nothing was touched');
    const { code, trouble } = readOutcome(await first.done);
    expect(code, trouble).toBe(0);
    expect(await counts()).toEqual(everywhere('1 begun, 1 ended, 1 done'));
  });
});

describe('two controllers started at once', () => {
  it('one works, the other is refused', async () => {
    const runs = [1, 2].map(() => fleet.fastboot(['apply', ...args('slow.yaml', 2), '--yes']));
    const codes = (await Promise.all(runs)).map(({ code }) => code);
    expect(codes.sort()).toEqual([0, 5]);
    expect(await counts()).toEqual(everywhere('1 begun, 1 ended, 1 done'));
  });
});

describe('--lock-timeout', () => {
  it('waits for the other run, saying whose it is, and then works', async () => {
    const first = await startWorking(2);
    const second = await fleet.fastboot(['apply', ...args('mark.yaml', 1), '--yes', '--lock-timeout', '60']);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toMatch(/waiting for another run to end: \S+@\S+, since 20\S+: fastboot apply/);
    const { code, trouble } = readOutcome(await first.done);
    expect(code, trouble).toBe(0);
  });
});

describe('a run that stands still', () => {
  it('loses the lock within a minute, and begins nothing more when it goes on', async () => {
    const running = await startWorking(1);
    process.kill(running.pid(), 'SIGSTOP');
    const next = await fleet.fastboot(['apply', ...args('mark.yaml', 1), '--yes', '--lock-timeout', '90']);
    expect(next.code, next.stderr).toBe(0);
    process.kill(running.pid(), 'SIGCONT');
    const { code, events } = readOutcome(await running.done);
    expect(code).toBe(3);
    expect(events.filter(({ type }) => type === 'host.failed')).toMatchObject([
      { host: 'c1', failure: { kind: 'lost', during: 'holding the run lock' } },
    ]);
    expect(await counts()).toEqual(everywhere('1 begun, 1 ended, 0 done'));
  });
});

describe('a run that is killed', () => {
  it('keeps nobody out, and what it began comes to its end', async () => {
    const running = await startWorking(1);
    process.kill(running.pid(), 'SIGKILL');
    const killed = performance.now();
    expect((await running.done).signal).toBe('SIGKILL');
    let other = await runJson(fleet, 'apply', args('mark.yaml', 1));
    while (other.code === 5 && performance.now() - killed < 60_000) {
      await sleep(200);
      other = await runJson(fleet, 'apply', args('mark.yaml', 1));
    }
    expect(other.code, other.trouble).toBe(0);

    await expect.poll(counts, { timeout: 20_000 }).toEqual(everywhere('1 begun, 1 ended, 0 done'));
    const next = await runJson(fleet, 'apply', args('slow.yaml', 1));
    expect(next.code, next.trouble).toBe(0);
    expect(await counts()).toEqual(everywhere('1 begun, 1 ended, 1 done'));
  });
});
