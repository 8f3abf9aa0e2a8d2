import type { Event, EventBody } from '../../src/core/event.ts';
import type { Failure } from '../../src/core/failure.ts';
import { names } from './build.ts';

/**
 * A run as the engine tells it: reading, the backend, the compute nodes, 20 of them at a time. Every seventh compute
 * node fails, every fiftieth is down. It lasts `seconds`.
 */
export function runStory(computes: number, seconds: number): readonly Event[] {
  const nodes = names('compute', 1, computes);
  const hosts = ['nfs01', ...nodes];
  const down = new Set(nodes.filter((_, index) => index % 50 === 49));
  const failing = new Set(nodes.filter((node, index) => index % 7 === 6 && !down.has(node)));
  const up = nodes.filter((node) => !down.has(node));
  const at = (share: number) => share * seconds;
  const timed = (share: number, bodies: readonly EventBody[]) =>
    bodies.map((body) => ({ at: at(share), ...body }));
  return [
    ...timed(0, [
      { type: 'run.start', command: 'apply', runId: 'x', hosts },
      { type: 'phase.start', phase: 'Read', hosts },
    ]),
    ...staggered(
      hosts.map((host) => reading(host, down.has(host))),
      at(0),
      at(0.2),
    ),
    ...timed(0.2, [
      { type: 'phase.done', phase: 'Read' },
      { type: 'phase.start', phase: 'NFS backend', hosts: ['nfs01'] },
    ]),
    ...staggered([changing('nfs01', 'NFS backend', false)], at(0.2), at(0.3)),
    ...timed(0.3, [
      { type: 'phase.done', phase: 'NFS backend' },
      { type: 'phase.start', phase: 'Compute nodes', hosts: up },
    ]),
    ...staggered(
      up.map((host) => changing(host, 'Compute nodes', failing.has(host))),
      at(0.3),
      at(0.98),
    ),
    ...timed(0.98, [{ type: 'phase.done', phase: 'Compute nodes' }]),
    ...timed(1, [
      ...hosts.map((host): EventBody => {
        const outcome = down.has(host) ? 'unreachable' : failing.has(host) ? 'failed' : 'changed';
        return { type: 'host.done', host, outcome, changed: outcome === 'unreachable' ? 0 : 2 };
      }),
      {
        type: 'run.done',
        exitCode: failing.size > 0 ? 3 : 0,
        seconds,
        counts: {
          changed: hosts.length - failing.size - down.size,
          unchanged: 0,
          failed: failing.size,
          unreachable: down.size,
          blocked: 0,
          skipped: 0,
          changes: 2 * hosts.length,
          deferred: 0,
        },
      },
    ]),
  ];
}

/** Each host's events one after another, at most 20 hosts side by side. */
function staggered(lists: readonly (readonly EventBody[])[], from: number, to: number): readonly Event[] {
  const turn = (to - from) / (1 + Math.max(0, lists.length - 1) / 20);
  return lists
    .flatMap((bodies, host) =>
      bodies.map((body, index): Event => {
        return { at: from + (host / 20) * turn + ((index + 0.5) / bodies.length) * turn, ...body };
      }),
    )
    .sort((a, b) => a.at - b.at);
}

function reading(host: string, down: boolean): readonly EventBody[] {
  const failure: Failure = { kind: 'unreachable', address: '192.0.2.1', reason: 'no answer within 10 s' };
  if (down) return [{ type: 'host.failed', host, failure }];
  return [
    { type: 'host.connected', host },
    { type: 'host.step', host, step: 'reading' },
    { type: 'host.passed', host, phase: 'Read' },
  ];
}

function changing(host: string, phase: string, fails: boolean): readonly EventBody[] {
  const output = `mount.nfs4: access denied by server while mounting nfs01:/pool from ${host}\n`;
  const failure: Failure = { kind: 'command', during: 'Mount the pool', code: 32, signal: null, output };
  const mount = `${host}:1`;
  return [
    { type: 'change.start', host, change: `${host}:0`, task: 'NFS client', resource: 'package nfs-common' },
    { type: 'change.output', host, change: `${host}:0`, text: 'Unpacking nfs-common\n' },
    { type: 'host.step', host, step: 'waiting for the lock of dpkg' },
    { type: 'change.done', host, change: `${host}:0`, seconds: 1.5 },
    {
      type: 'change.start',
      host,
      change: mount,
      task: 'Mount the pool',
      resource: 'mount /var/lib/nova/instances/_base',
    },
    ...(fails
      ? ([
          { type: 'change.failed', host, change: mount, failure },
          { type: 'host.failed', host, failure },
        ] as const)
      : ([
          { type: 'change.done', host, change: mount, seconds: 0.4 },
          { type: 'host.passed', host, phase },
        ] as const)),
  ];
}
