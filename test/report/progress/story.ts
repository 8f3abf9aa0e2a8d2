import type { Event, EventBody } from '../../../src/core/event.ts';
import type { Failure } from '../../../src/core/failure.ts';
import { countOutcomes } from '../../../src/report/recap/count-outcomes.ts';
import { names } from '../build.ts';

/** The duration of the run that tests use. */
export const SECONDS = 60;

/**
 * The events of a run: reading, the backend, the compute nodes, 20 of them at a time. Every seventh compute node fails (or every
 * `failEvery`th), and every fiftieth is down. The run takes `seconds`.
 */
export function runStory(computes: number, seconds: number, failEvery = 7): readonly Event[] {
  const nodes = names('compute', 1, computes);
  const hosts = ['nfs01', ...nodes];
  const down = new Set(nodes.filter((_, index) => index % 50 === 49));
  const failing = new Set(
    nodes.filter((node, index) => index % failEvery === failEvery - 1 && !down.has(node)),
  );
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
        return {
          type: 'host.done',
          host,
          outcome,
          changed: { unreachable: 0, failed: 1, changed: 2 }[outcome],
        };
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
          changes: 2 * (hosts.length - down.size) - failing.size,
          deferred: 0,
        },
      },
    ]),
  ];
}

/**
 * The rest of a run that is interrupted: each host finishes the change that it has started, and no others are started.
 *
 * @param played the events so far
 * @param rest the events that would have followed
 */
export function stoppedStory(
  played: readonly Event[],
  rest: readonly Event[],
  now: number,
): readonly Event[] {
  const phase = played.findLast((event) => event.type === 'phase.start');
  const [start] = played;
  if (phase?.type !== 'phase.start' || start?.type !== 'run.start') throw new Error('nothing is under way');
  const of = (host: string, events: readonly Event[]) =>
    events.filter((event) => 'host' in event && event.host === host);
  const begun = phase.hosts.filter((host) => {
    const last = of(host, played).findLast(({ type }) => type.startsWith('change.'));
    return last?.type === 'change.start' || last?.type === 'change.output';
  });
  const ends = begun.flatMap((host) => {
    const next = of(host, rest);
    return next.slice(0, next.findIndex(({ type }) => /^change.done$|^host.failed$/.test(type)) + 1);
  });
  const all = [...played, ...ends];
  const done = start.hosts.map((host) => endOf(host, of(host, all)));
  ends.sort((a, b) => a.at - b.at);
  const at = Math.max(now, ...ends.map((event) => event.at));
  const counts = countOutcomes(
    done.map(({ outcome }) => outcome),
    { changes: all.filter(({ type }) => type === 'change.done').length, deferred: 0 },
  );
  return [
    { at: now, type: 'interrupted', signal: 'SIGINT', dropped: false },
    ...ends,
    { at, type: 'phase.done', phase: phase.phase },
    ...done.map((event): Event => ({ at, ...event })),
    { at, type: 'run.done', exitCode: 130, counts, seconds: at },
  ];
}

function endOf(host: string, events: readonly Event[]): EventBody & { type: 'host.done' } {
  const changed = events.filter(({ type }) => type === 'change.done').length;
  const failure = events.find((event) => event.type === 'host.failed');
  const unreachable = failure?.type === 'host.failed' && failure.failure.kind === 'unreachable';
  const outcome = failure ? (unreachable ? 'unreachable' : 'failed') : changed === 2 ? 'changed' : 'skipped';
  return { type: 'host.done', host, outcome, changed };
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
    {
      type: 'change.start',
      host,
      change: `${host}:0`,
      task: 'NFS client',
      resource: 'package nfs-common',
      position: 1,
      total: 2,
    },
    { type: 'host.step', host, step: 'waiting for another package manager to finish' },
    ...[20, 40, 60, 80].flatMap((done): readonly EventBody[] => [
      { type: 'host.progress', host, done, total: 100, unit: 'percent' },
      { type: 'host.step', host, step: done < 50 ? 'Unpacking nfs-common' : 'Setting up nfs-common' },
    ]),
    { type: 'change.output', host, change: `${host}:0`, text: 'Unpacking nfs-common\n' },
    { type: 'change.done', host, change: `${host}:0`, seconds: 1.5 },
    {
      type: 'change.start',
      host,
      change: mount,
      task: 'Mount the pool',
      resource: 'mount /var/lib/nova/instances/_base',
      position: 2,
      total: 2,
    },
    { type: 'host.step', host, step: 'stopping nova-compute.service' },
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
