import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../lab/cache.ts';
import { measureCpu, median } from '../bench/measure.ts';
import { openFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { outcomes, peakMemory, readOutcome, runJson, sshTraffic } from './runs.ts';
import type { SshTraffic } from './runs.ts';

/** Twenty hosts: what a run costs them, and that one host's trouble is no other's. */

const COUNT = 20;
let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet(COUNT);
});
afterAll(() => fleet.close());

const job = join(projectRoot, 'test/bench/job/site.yaml');
const playbook = (name: string): string => join(import.meta.dirname, 'playbooks', name);

/** What the job is about, seen from outside; the same on every host but for its own name. */
const state = `cd /
stat -c '%n %F %U:%G %a' /opt/image-linker /var/lib/nova/instances/_base /opt/image-linker/linker.conf \\
  /etc/systemd/system/image-linker.* /etc/sysctl.d/60-image-linker.conf /etc/nova/nova.conf
cat /opt/image-linker/linker.conf /etc/systemd/system/image-linker.* /etc/sysctl.d/60-image-linker.conf /etc/nova/nova.conf /etc/fstab | sed "s/$(hostname)/HOST/"
readlink /etc/image-linker.conf; id -nG nova | tr ' ' '\\n' | sort
systemctl is-enabled image-linker.timer; systemctl is-active image-linker.timer
systemctl show -p NeedDaemonReload image-linker.timer image-linker.service`;

/** What sshd counted since the last time, by host. */
const trafficOfAll = (): readonly SshTraffic[] => fleet.hosts.map((host) => sshTraffic(fleet, host));

function expectTraffic(backend: number, compute: number): void {
  for (const [index, traffic] of trafficOfAll().entries()) {
    expect(traffic.connections).toBe(1);
    expect(traffic.execs, fleet.hosts[index]?.name).toBeLessThanOrEqual(index === 0 ? backend : compute);
  }
}

describe('the job of the bench', () => {
  it('comes about the same on every host, by one connection and a few scripts each', async () => {
    trafficOfAll();
    const running = fleet.start(['apply', fleet.inventory(), '--playbook', job, '--yes', '--json']);
    const memory = await peakMemory(running);
    const { code, events, trouble } = readOutcome(await running.done);
    expect(code, trouble).toBe(0);
    expect(new Set(Object.values(outcomes(events)))).toEqual(new Set(['changed']));
    expectTraffic(6, 4);
    const states = await fleet.onAll(state);
    expect(new Set(states).size).toBe(1);
    expect(states[0]).toContain('remove_unused_base_images = false');
    expect(states[0]).toContain('enabled\nactive\n');
    expect(memory).toBeGreaterThan(20);
    expect(memory).toBeLessThan(150);
  });

  it('changes nothing the second time, and a plan costs two scripts at the most', async () => {
    const before = await fleet.onAll(state);
    const again = await runJson(fleet, 'apply', [fleet.inventory(), '--playbook', job]);
    expect(again.code, again.trouble).toBe(0);
    expect(new Set(Object.values(outcomes(again.events)))).toEqual(new Set(['unchanged']));
    expectTraffic(4, 2);
    const plan = await runJson(fleet, 'plan', [fleet.inventory(), '--playbook', job]);
    expect(plan.code, plan.trouble).toBe(0);
    expectTraffic(2, 2);
    expect(await fleet.onAll(state)).toEqual(before);
  });
});

describe('cost', () => {
  it('a run that changes nothing costs no more than three times the processor time of bare connections', async () => {
    const rounds = [];
    for (let round = 0; round < 3; round += 1) rounds.push(await measureCpu(fleet, fleet.hosts));
    const ratio = median(rounds.map(({ floor, run }) => run / floor));
    console.log(`processor time of a run, as a multiple of bare connections: ${ratio.toFixed(2)}`);
    expect(ratio).toBeLessThan(3);
  });
});

describe('which hosts, and how many at a time', () => {
  it('--limit leaves the others without so much as a connection, but for the backend', async () => {
    const inventory = fleet.inventory({ vars: { mark: 'limit', hanging: '' } });
    trafficOfAll();
    const { code, events, trouble } = await runJson(fleet, 'apply', [
      inventory,
      '--playbook',
      playbook('mark.yaml'),
      '--limit',
      'c[3:5],!c4,c9',
    ]);
    expect(code, trouble).toBe(0);
    expect(Object.keys(outcomes(events))).toEqual(['c1', 'c3', 'c5', 'c9']);
    expect(trafficOfAll().map(({ connections }) => connections)).toEqual(
      fleet.hosts.map(({ name }) => (['c1', 'c3', 'c5', 'c9'].includes(name) ? 1 : 0)),
    );
  });

  it('--forks 5 has five at work and no more', async () => {
    const inventory = fleet.inventory({ vars: { seconds: 0.3 } });
    const { code, trouble } = await runJson(fleet, 'apply', [
      inventory,
      '--playbook',
      playbook('slow.yaml'),
      '--forks',
      '5',
    ]);
    expect(code, trouble).toBe(0);
    const spans = (await fleet.onAll('cat /srv/slow/began /srv/slow/ended')).map((text) =>
      text.split('\n').map(Number),
    );
    const atWork = spans.map(
      ([began = 0]) => spans.filter(([from = 0, to = 0]) => from <= began && began < to).length,
    );
    expect(Math.max(...atWork)).toBeLessThanOrEqual(5);
    expect(Math.max(...atWork)).toBeGreaterThan(1);
  });
});

describe("one host's trouble", () => {
  const marks = (mark: string): readonly string[] => fleet.hosts.map(({ name }) => `${name}: ${mark}`);
  const marked = async (path: string): Promise<readonly string[]> =>
    (await fleet.onAll(`cat ${path}`)).map(
      (text, index) => `${fleet.hosts[index]?.name ?? ''}: ${text.trim()}`,
    );

  it('a host whose sshd does not run is unreachable, the others are done', async () => {
    const inventory = fleet.inventory({ vars: { mark: 'unreachable', hanging: '' } });
    await runJson(fleet, 'apply', [
      fleet.inventory({ vars: { mark: 'start', hanging: '' } }),
      '--playbook',
      playbook('mark.yaml'),
    ]);
    await fleet.on(fleet.host(7), 'systemctl stop ssh');
    const { code, events, trouble } = await runJson(fleet, 'apply', [
      inventory,
      '--playbook',
      playbook('mark.yaml'),
    ]);
    await fleet.on(fleet.host(7), 'systemctl start ssh');
    expect(code, trouble).toBe(4);
    expect(outcomes(events)).toEqual(
      Object.fromEntries(fleet.hosts.map(({ name }) => [name, name === 'c7' ? 'unreachable' : 'changed'])),
    );
    expect(await marked('/srv/after')).toEqual(marks('unreachable').with(6, 'c7: start'));
  });

  it('a host that hangs fails after --task-timeout, the others are done', async () => {
    const inventory = fleet.inventory({ vars: { mark: 'hangs', hanging: 'c7' } });
    const { code, events, trouble } = await runJson(fleet, 'apply', [
      inventory,
      '--playbook',
      playbook('mark.yaml'),
      '--task-timeout',
      '3',
    ]);
    expect(code, trouble).toBe(3);
    expect(outcomes(events)).toEqual(
      Object.fromEntries(fleet.hosts.map(({ name }) => [name, name === 'c7' ? 'failed' : 'changed'])),
    );
    const failure = events.find((event) => event.type === 'host.failed');
    expect(failure).toMatchObject({
      host: 'c7',
      failure: { kind: 'timed-out', during: 'Hangs', seconds: 3 },
    });
    expect(await marked('/srv/before')).toEqual(marks('hangs'));
    expect(await marked('/srv/after')).toEqual(marks('hangs').with(6, 'c7: start'));
    // it comes back to life: nobody is there any more who would let it go on
    await fleet.on(fleet.host(7), 'touch /srv/go-on');
    const scripts = (): Promise<string> => fleet.on(fleet.host(7), "ps -eo args= | grep -c '^sh -s$'");
    await expect.poll(scripts, { timeout: 20_000 }).toBe('1\n');
    expect(await marked('/srv/after')).toEqual(marks('hangs').with(6, 'c7: start'));
  });
});
