import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { EventBody, HostOutcome } from '../../../src/core/event.ts';
import { isUnreachable } from '../../../src/core/failure.ts';
import type { Failure } from '../../../src/core/failure.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { countOutcomes } from '../../../src/report/recap/count-outcomes.ts';
import { formatRecap } from '../../../src/report/recap/recap.ts';
import type { RecapOptions } from '../../../src/report/recap/recap.ts';
import { retryCommand } from '../../../src/report/recap/retry.ts';
import { createRecorder } from '../../../src/report/recap/collect-run.ts';
import { ascii, coloured, failures, largePlan, names, plain, smallPlan, timed } from '../build.ts';

const argv = ['fastboot', 'apply', 'inventory.yaml', '--yes'];

interface Story {
  readonly outcomes: Readonly<Record<string, HostOutcome>>;
  readonly failures?: Readonly<Record<string, Failure>>;
  readonly interrupted?: 'SIGINT';
  readonly stopped?: string;
}

function failingChange(host: string, failure: Failure): readonly EventBody[] {
  const change = `${host}:2`;
  return [
    {
      type: 'change.start',
      host,
      change,
      task: 'Mount the pool',
      resource: 'mount _base',
      position: 3,
      total: 4,
    },
    { type: 'change.failed', host, change, failure },
  ];
}

function recorded({ outcomes, failures: failed = {}, interrupted, stopped }: Story) {
  const hosts = Object.keys(outcomes);
  const events: EventBody[] = [
    { type: 'run.start', command: 'apply', runId: 'x', hosts },
    ...Object.entries(failed).flatMap(([host, failure]): EventBody[] => [
      ...(isUnreachable(failure) ? [] : failingChange(host, failure)),
      { type: 'host.failed', host, failure },
    ]),
    ...(stopped === undefined ? [] : [{ type: 'rollout.stopped', reason: stopped } as const]),
    ...(interrupted ? [{ type: 'interrupted', signal: interrupted, dropped: false } as const] : []),
    ...hosts.map((host): EventBody => {
      return {
        type: 'host.done',
        host,
        outcome: outcomes[host] ?? 'skipped',
        changed: outcomes[host] === 'skipped' ? 0 : 3,
      };
    }),
    {
      type: 'run.done',
      exitCode: 3,
      counts: countOutcomes(Object.values(outcomes), { changes: 12, deferred: 1 }),
      seconds: 134.2,
    },
  ];
  const recorder = createRecorder();
  for (const event of timed(events)) recorder.handle(event);
  return recorder.record();
}

const all = (hosts: readonly string[], outcome: HostOutcome) =>
  Object.fromEntries(hosts.map((host) => [host, outcome]));

const denied = (host: string): Failure => ({
  kind: 'command',
  during: 'Mount the pool',
  code: 32,
  signal: null,
  output: `mount.nfs4: access denied by server while mounting 198.51.100.10:/var/lib/glance/imagecache from ${host}\n`,
});
const [down] = failures.unreachable;
if (!down) throw new Error('no sample');

const large: Story = {
  outcomes: {
    nfs01: 'changed',
    ...all(names('compute', 1, 300), 'changed'),
    compute044: 'failed',
    compute045: 'failed',
    compute117: 'unreachable',
    compute300: 'unchanged',
  },
  failures: { compute044: denied('compute044'), compute045: denied('compute045'), compute117: down },
};

const small: Story = {
  outcomes: {
    nfs01: 'changed',
    compute001: 'changed',
    compute002: 'blocked',
    compute003: 'unchanged',
    compute004: 'unreachable',
  },
  failures: { compute004: down },
};

const backendFailed: Story = {
  outcomes: { nfs01: 'failed', ...all(names('compute', 1, 3), 'skipped') },
  failures: {
    nfs01: { kind: 'lost', during: 'Install nfs-kernel-server', cause: 'the host closed the connection' },
  },
};

const interrupted: Story = {
  outcomes: { nfs01: 'changed', compute001: 'changed', ...all(names('compute', 2, 300), 'skipped') },
  interrupted: 'SIGINT',
};

const rolloutStopped: Story = {
  outcomes: {
    nfs01: 'changed',
    compute001: 'changed',
    compute002: 'failed',
    ...all(names('compute', 3, 300), 'skipped'),
  },
  failures: { compute002: denied('compute002') },
  stopped: 'compute002 failed in "Compute nodes: batch 1 of 150"',
};

const text = (story: Story, plan: Plan, options: Partial<RecapOptions> = {}) =>
  formatRecap(recorded(story), plain, { width: 80, plan, argv, ...options });

describe('formatRecap', () => {
  it.each<[string, Story, Plan, number]>([
    ['recap-300-hosts-80', large, largePlan(), 80],
    ['recap-300-hosts-120', large, largePlan(), 120],
    ['recap-3-hosts-80', small, smallPlan(), 80],
    ['recap-backend-failed-80', backendFailed, smallPlan(), 80],
    ['recap-rollout-stopped-80', rolloutStopped, { ...largePlan(), findings: [] }, 80],
    ['recap-interrupted-80', interrupted, { ...largePlan(), findings: [] }, 80],
  ])('%s', async (name, story, plan, width) => {
    await expect(text(story, plan, { width })).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('is one line when all hosts succeeded', () => {
    const well: Story = { outcomes: all(['nfs01', 'c1', 'c2'], 'changed') };
    expect(formatRecap(recorded(well), plain, { width: 80, argv })).toBe(
      'Applied: 3 changed, 0 unchanged, 0 failed, 0 unreachable, 0 blocked, 0 skipped of 3 hosts; 12 changes made, 1 deferred; 2:14.\n',
    );
  });

  it('has the same words with colours, and ASCII ones', () => {
    const options = { width: 80, plan: largePlan(), argv };
    const withColour = formatRecap(recorded(large), coloured, options);
    expect(withColour.replace(/\x1b\[\d+m/g, '')).toBe(formatRecap(recorded(large), plain, options));
    expect(formatRecap(recorded(large), ascii, options)).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('shows a failure once, though the change and its host report it', () => {
    expect(recorded(large).failures).toHaveLength(3);
    expect(recorded(large).failures[0]?.task).toBe('Mount the pool');
  });

  it('lists a host that changed since the plan as refused', () => {
    const [stale] = failures.stale;
    if (!stale) throw new Error('no sample');
    const told = text(
      { outcomes: { nfs01: 'changed', c1: 'blocked' }, failures: { c1: stale } },
      largePlan(),
    );
    expect(told).toContain('Refused\n');
    expect(told).not.toContain('Failed\n');
  });

  it('does not claim that a host was not changed if it was stopped between two steps', () => {
    const recorder = createRecorder();
    const hosts = ['nfs01', 'c1', 'c2'];
    recorder.handle({ at: 0, type: 'run.start', command: 'apply', runId: 'x', hosts });
    recorder.handle({ at: 1, type: 'interrupted', signal: 'SIGINT', dropped: false });
    for (const [index, host] of hosts.entries())
      recorder.handle({ at: 2, type: 'host.done', host, outcome: 'skipped', changed: index === 1 ? 2 : 0 });
    const told = formatRecap(recorder.record(), plain, { width: 80, argv });
    expect(told).toContain(
      'Not finished\n    c1\n    Steps that had started were finished. The other steps were not started.\n\nSkipped\n    nfs01,c2\n',
    );
  });

  it('shows each host with -v', () => {
    expect(text(small, smallPlan(), { verbose: true })).toContain('  unchanged    compute003\n');
  });
});

describe('the command to run again', () => {
  const retry = (story: Story, plan: Plan, words: readonly string[] = argv) =>
    /^Retry: (.*)$/m.exec(text(story, plan, { argv: words }))?.[1];

  it('is limited to what is left', () => {
    expect(retry(large, largePlan())).toBe(
      "fastboot apply inventory.yaml --yes --limit 'compute[044:045],compute117'",
    );
    expect(
      retry(small, smallPlan(), ['fastboot', 'apply', 'my inventory.yaml', '--limit', 'rack1', '-v']),
    ).toBe("fastboot apply 'my inventory.yaml' -v --limit compute002,compute004");
  });

  it('continues a rollout with its own options', () => {
    const words = [...argv, '--serial', '2', '--canary=1'];
    expect(retry(rolloutStopped, largePlan(), words)).toBe(
      "fastboot apply inventory.yaml --yes --serial 2 --canary=1 --limit 'compute[002:300]'",
    );
  });

  it('is the whole run when the backend failed or the run was interrupted', () => {
    expect(retry(backendFailed, smallPlan())).toBe('fastboot apply inventory.yaml --yes');
    expect(retry(interrupted, largePlan(), [...argv, '--limit=rack1'])).toBe(
      'fastboot apply inventory.yaml --yes --limit=rack1',
    );
  });

  it('reaches a program as it was meant, through a real shell', () => {
    const words = ['printf', '%s\\n', "it's", '$(id)', 'a b', '*', '--limit', 'old'];
    const out = execFileSync('sh', ['-c', retryCommand(words, ['c1', 'c2'])], { encoding: 'utf8' });
    expect(out).toBe("it's\n$(id)\na b\n*\n--limit\nc[1:2]\n");
  });
});
