import type { Event, EventBody } from '../../src/core/event.ts';
import type { Failure } from '../../src/core/failure.ts';
import { fingerprint } from '../../src/core/json.ts';
import type { Json } from '../../src/core/json.ts';
import type { Change, HostPlan, Plan, Stage, Unit } from '../../src/plan/plan.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { RunEntry } from '../../src/plan/run-record.ts';
import { createStyle } from '../../src/report/terminal/style.ts';

/** Plans, events and failures for tests. All fields that a test does not give are filled in. */

export const plain = createStyle({ color: 'never', streamHasColors: false, unicode: true });
export const ascii = createStyle({ color: 'never', streamHasColors: false, unicode: false });
export const coloured = createStyle({ color: 'always', streamHasColors: false, unicode: true });

export function change(partial: Partial<Change> & { readonly before?: Json } = {}): Change {
  const before = partial.before ?? null;
  return {
    id: 'host:0',
    task: 'A task',
    resource: `${partial.type ?? 'file'} ${partial.label ?? '/etc/example'}`,
    type: 'file',
    label: '/etc/example',
    params: {},
    notify: [],
    dependsOn: [],
    action: 'create',
    before,
    after: null,
    reason: 'missing',
    risk: 'none',
    fingerprint: fingerprint(before),
    ...partial,
  };
}

export function unit(changes: readonly Change[], stopDuring: string | null = null): Unit {
  return { stopDuring, changes, settles: [] };
}

export function hostPlan(host: string, units: readonly Unit[]): HostPlan {
  let position = 0;
  return {
    host,
    units: units.map((each) => ({
      ...each,
      changes: each.changes.map((item) => ({ ...item, id: `${host}:${position++}` })),
    })),
  };
}

export function plan(partial: Partial<Plan> = {}): Plan {
  return {
    formatVersion: 1,
    fastboot: '0.1.0',
    createdAt: '2026-11-21T12:03:00.000Z',
    inventory: { file: 'inventory.yaml', digest: 'a'.repeat(64) },
    playbook: { file: 'playbooks/site.yaml', digest: 'b'.repeat(64) },
    limit: null,
    findings: [],
    stages: [],
    unread: [],
    ...partial,
  };
}

export function names(prefix: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => prefix + String(from + index).padStart(3, '0'));
}

const EXPORTS_DIFF = (from: number, to: number) =>
  `--- /dev/null\n+++ /etc/exports.d/fastboot.exports\n@@ -0,0 +1,${to - from + 2} @@\n+# written by fastboot; changes are lost\n` +
  names('', from, to)
    .map(
      (_, index) =>
        `+/var/lib/glance/imagecache\t198.51.100.${from + index}(rw,root_squash,sync,no_subtree_check,sec=sys)\n`,
    )
    .join('');

export function backendStage(computes: number): Stage {
  return {
    name: 'NFS backend',
    essential: true,
    hosts: [
      hostPlan('nfs01', [
        unit([
          change({
            type: 'package',
            label: 'nfs-kernel-server',
            reason: 'not installed',
            task: 'NFS server',
          }),
          change({
            type: 'directory',
            label: '/var/lib/glance/imagecache',
            action: 'update',
            reason: 'attributes differ',
            before: { owner: 'glance', group: 'glance', mode: '0755' },
            after: { owner: 'root', group: '64060', mode: '1775' },
            task: 'Cache folder',
          }),
          change({
            type: 'nfs_export',
            label: '/var/lib/glance/imagecache',
            reason: 'missing',
            task: 'Exports',
            diff: EXPORTS_DIFF(11, 10 + computes),
            after: { sum: 'c'.repeat(64) },
          }),
          change({
            type: 'command',
            label: 'link-sync --once',
            action: 'run',
            reason: 'first full pass, before any node mounts',
            task: 'Fill the pool',
          }),
        ]),
      ]),
    ],
  };
}

export function computeUnits(): readonly Unit[] {
  return [
    unit([change({ type: 'package', label: 'nfs-common', reason: 'not installed', task: 'NFS client' })]),
    unit(
      [
        change({
          type: 'file',
          label: '/etc/nova/nova.conf.d/fastboot.conf',
          task: 'Keep base files',
          after: { sum: 'd'.repeat(64), owner: 'root', group: 'root', mode: '0644' },
          diff: '--- /dev/null\n+++ /etc/nova/nova.conf.d/fastboot.conf\n@@ -0,0 +1,2 @@\n+[image_cache]\n+remove_unused_base_images = false\n',
        }),
        change({
          type: 'mount',
          label: '/var/lib/nova/instances/_base',
          task: 'Mount the pool',
          reason: 'it is not mounted',
          risk: 'io',
          after: {
            source: '198.51.100.10:/var/lib/glance/imagecache',
            options: ['vers=4.2', 'hard', 'lookupcache=positive', '_netdev', 'nofail'],
          },
        }),
      ],
      'nova-compute.service',
    ),
    unit([
      change({
        type: 'service',
        label: 'nova-compute',
        action: 'run',
        reason: 'its configuration changes',
        risk: 'restart',
        task: 'Restart nova-compute',
      }),
    ]),
  ];
}

export const blockedMount = change({
  type: 'mount',
  label: '/var/lib/nova/instances/_base',
  action: 'blocked',
  risk: 'blocked',
  reason: '_base is not empty: 3 files, the first is 5bf1d3e60f4dd2e9bbc5b0f9d6a3d3c3f0d6f3a1',
  remedy: 'move the VMs that use these files to another node, then run again',
  before: { files: 3 },
  task: 'Mount the pool',
});

export const deferredMount = change({
  type: 'mount',
  label: '/var/lib/nova/instances/_base',
  action: 'deferred',
  reason: 'live options differ: lookupcache=all',
  remedy: 'the line in fstab is right; reboot the host, or run again while no VM is on it',
  before: { options: 'lookupcache=all' },
  after: { options: 'lookupcache=positive' },
  task: 'Mount the pool',
});

export const checks: readonly Finding[] = [
  {
    host: 'compute003',
    check: 'clock',
    code: 'skewed',
    fields: { seconds: -3.4 },
    severity: 'warning',
    finding: 'the clock is 3.4 s behind the median of all hosts; no time service runs',
    remedy: 'install chrony',
  },
  {
    host: 'compute002',
    check: 'link-speed',
    code: 'slow',
    fields: { device: 'eth1', mbits: 1000 },
    severity: 'warning',
    finding: 'eth1 runs at 1000 Mbit/s, expected at least 10000',
    remedy: 'use the 10 GbE port for storage_address',
  },
];

/** Three compute nodes: one new, one blocked, one with other live options, a fourth that is down. */
export function smallPlan(): Plan {
  return plan({
    findings: checks,
    stages: [
      backendStage(3),
      {
        name: 'Compute nodes',
        essential: false,
        hosts: [
          hostPlan('compute001', computeUnits()),
          hostPlan('compute002', [unit([blockedMount])]),
          hostPlan('compute003', [unit([deferredMount])]),
        ],
      },
    ],
    unread: [{ host: 'compute004', reason: 'no answer within 10 s' }],
  });
}

/** 300 compute nodes: 2 new, 296 as they should be, 1 blocked, 1 down. */
export function largePlan(): Plan {
  const fresh = ['compute299', 'compute300'];
  const hosts = names('compute', 1, 300).filter((name) => name !== 'compute117');
  return plan({
    findings: names('compute', 1, 298).map((host, index) => ({
      host,
      check: 'link-speed',
      code: 'slow',
      fields: { device: 'bond0', mbits: 1000 + (index % 3) },
      severity: 'warning' as const,
      finding: `bond0 runs at ${1000 + (index % 3)} Mbit/s, expected at least 10000`,
      remedy: 'use the 10 GbE port for storage_address',
    })),
    stages: [
      backendStage(300),
      {
        name: 'Compute nodes',
        essential: false,
        hosts: hosts.map((host) =>
          hostPlan(
            host,
            fresh.includes(host) ? computeUnits() : host === 'compute044' ? [unit([blockedMount])] : [],
          ),
        ),
      },
    ],
    unread: [{ host: 'compute117', reason: 'no answer within 10 s' }],
  });
}

/** What the transport adds to the failure of a host key. */
const HOST_KEY_HINTS = {
  unknown: 'No key is recorded for node15 in /home/op/.ssh/known_hosts, /etc/ssh/ssh_known_hosts.',
  changed: '',
  revoked: '',
  unsupported: '/home/op/.ssh/known_hosts:12 has only a certificate authority (@cert-authority) for node15.',
} as const;

export const failures: Readonly<Record<Failure['kind'], readonly Failure[]>> = {
  unreachable: [{ kind: 'unreachable', address: '192.0.2.117', reason: 'no answer within 10 s' }],
  auth: [
    {
      kind: 'auth',
      address: '192.0.2.14',
      user: 'root',
      tried: ['agent (2 keys)', '~/.ssh/id_ed25519'],
    },
  ],
  'host-key': (['unknown', 'changed', 'revoked', 'unsupported'] as const).map((verdict) => ({
    kind: 'host-key',
    address: '192.0.2.15:2222',
    verdict,
    fingerprint: 'SHA256:Jv0pHqZxkz6i0pJ2a8nG1mC7Yh3dV5sQ9uKbXwTeLrE',
    hint: HOST_KEY_HINTS[verdict],
    ...(verdict === 'changed' || verdict === 'revoked'
      ? { file: '/home/op/.ssh/known_hosts', line: 12 }
      : {}),
  })),
  become: [
    { kind: 'become', user: 'root', reason: 'sudo asks for a password', hint: 'Use --ask-become-pass.' },
  ],
  lost: [{ kind: 'lost', during: 'Install nfs-common', cause: 'the host closed the connection' }],
  'timed-out': [{ kind: 'timed-out', during: 'Mount the pool', seconds: 120 }],
  command: [
    {
      kind: 'command',
      during: 'Mount the pool',
      code: 32,
      signal: null,
      output: 'mount.nfs4: access denied by server while mounting 198.51.100.10:/var/lib/glance/imagecache\n',
    },
    { kind: 'command', during: 'Start link-sync', code: null, signal: 'KILL', output: '' },
  ],
  stale: [{ kind: 'stale', during: 'file /etc/fstab', output: '/etc/fstab: other content than planned\n' }],
  'not-as-planned': [
    {
      kind: 'not-as-planned',
      resource: 'service nova-compute',
      detail: 'expected enabled, got masked',
    },
  ],
  protocol: [{ kind: 'protocol', during: 'reading facts', detail: 'no end mark after 4 of 12 answers' }],
};

/** One event of each type. A new type must be added here. */
export const eventSamples: { readonly [K in EventBody['type']]: Extract<EventBody, { type: K }> } = {
  'run.start': { type: 'run.start', command: 'apply', runId: '01JD', hosts: ['nfs01', 'compute001'] },
  'phase.start': { type: 'phase.start', phase: 'Read', hosts: ['nfs01', 'compute001'] },
  'phase.done': { type: 'phase.done', phase: 'Read' },
  'host.connected': { type: 'host.connected', host: 'nfs01' },
  'host.passed': { type: 'host.passed', host: 'nfs01', phase: 'Read' },
  'host.step': { type: 'host.step', host: 'nfs01', step: 'installing nfs-kernel-server' },
  'host.progress': { type: 'host.progress', host: 'nfs01', done: 3, total: 8, unit: 'packages' },
  'host.failed': { type: 'host.failed', host: 'nfs01', failure: { kind: 'lost', during: 'x', cause: 'y' } },
  'host.done': { type: 'host.done', host: 'nfs01', outcome: 'changed', changed: 4 },
  'plan.made': { type: 'plan.made', changes: 4, blocked: 0, deferred: 0, hosts: 1 },
  'plan.stale': {
    type: 'plan.stale',
    differences: [{ host: 'nfs01', item: 'file /etc/fstab', then: 'sum 12ab…', now: 'sum 34cd…' }],
  },
  'plan.compared': {
    type: 'plan.compared',
    createdAt: '2026-11-21T12:03:00.000Z',
    differences: [
      {
        kind: 'added',
        about: 'change',
        host: 'nfs01',
        item: 'file /etc/fstab',
        then: null,
        now: { text: 'update: content differs', lines: ['+ x'] },
      },
    ],
  },
  'change.start': {
    type: 'change.start',
    host: 'nfs01',
    change: 'nfs01:0',
    task: 'NFS server',
    resource: 'package nfs-kernel-server',
    position: 1,
    total: 2,
  },
  'change.output': { type: 'change.output', host: 'nfs01', change: 'nfs01:0', text: 'Unpacking…\n' },
  'change.done': { type: 'change.done', host: 'nfs01', change: 'nfs01:0', seconds: 12.25 },
  'change.failed': {
    type: 'change.failed',
    host: 'nfs01',
    change: 'nfs01:0',
    failure: { kind: 'timed-out', during: 'NFS server', seconds: 300 },
  },
  'rollout.stopped': { type: 'rollout.stopped', reason: 'the canary compute001 failed' },
  'lock.waiting': { type: 'lock.waiting', holder: 'op@admin01, since 12:01, fastboot apply' },
  notice: { type: 'notice', text: 'no compute nodes', host: 'nfs01' },
  interrupted: { type: 'interrupted', signal: 'SIGINT', dropped: false },
  'run.failed': { type: 'run.failed', reason: 'locked', text: 'Another run holds the lock on nfs01' },
  'run.done': {
    type: 'run.done',
    exitCode: 0,
    counts: {
      changed: 1,
      unchanged: 1,
      failed: 0,
      unreachable: 0,
      blocked: 0,
      skipped: 0,
      changes: 4,
      deferred: 0,
    },
    seconds: 134.2,
  },
};

/** Events with a second between them. */
export function timed(bodies: readonly EventBody[]): readonly Event[] {
  return bodies.map((body, at) => ({ at, ...body }));
}

/** A run that has not ended. */
export const runEntry: RunEntry = {
  formatVersion: 1,
  runId: '20261121T120000000-abc',
  fastboot: '0.1.0',
  who: 'alice',
  from: 'desk',
  command: 'fastboot apply inventory.yaml',
  began: '2026-11-21T12:00:00.000Z',
  inventory: 'inventory.yaml',
  limit: null,
  planned: { changes: 5, hosts: 2 },
  end: null,
};
/** The same run, ended. */
export const endedRun = (exitCode: number): RunEntry => ({
  ...runEntry,
  end: {
    at: '2026-11-21T12:01:00.000Z',
    exitCode,
    hosts: { b: { outcome: 'changed', changed: 3 }, c1: { outcome: 'failed', changed: 0 } },
  },
});
