import type { Event } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import { describeFailure } from './failure-text.ts';

/** What a host is at in a phase. Times are those of the events. */
export interface HostProgress {
  readonly host: string;
  status: 'waiting' | 'running' | 'passed' | 'blocked' | 'failed';
  /** What it is doing, or why it failed. */
  step: string;
  /** When the step began. */
  since: number;
  /** When the host began with this phase, and when it was through. */
  started: number;
  ended: number;
  /** Changes made in this phase. */
  changes: number;
}

/** A phase of a run and its hosts, as far as the events have told. */
export interface PhaseProgress {
  readonly name: string;
  readonly started: number;
  ended: number | undefined;
  interrupted: boolean;
  readonly hosts: ReadonlyMap<string, HostProgress>;
  /** Hosts that failed, the newest last. */
  readonly failed: HostProgress[];
}

/** Follows a run by its events; each costs the same few steps however many hosts there are. */
export interface ProgressTracker {
  readonly handle: (event: Event) => void;
  /** The phase that runs, or ran last. */
  readonly phase: () => PhaseProgress | undefined;
}

export function createProgressTracker(): ProgressTracker {
  let phase: PhaseProgress | undefined;
  const run = (name: string, step: string, at: number) => {
    const host = phase?.hosts.get(name);
    if (!host || host.status === 'failed') return;
    if (host.status === 'waiting') host.started = at;
    Object.assign(host, { status: 'running', step, since: at });
  };
  const end = (name: string, status: 'passed' | 'blocked', at: number) => {
    const host = phase?.hosts.get(name);
    if (host?.status === 'running' || host?.status === 'waiting') Object.assign(host, { status, ended: at });
  };
  const fail = (name: string, failure: Failure, at: number) => {
    const host = phase?.hosts.get(name);
    if (!phase || !host || host.status === 'failed') return;
    Object.assign(host, { status: 'failed', step: describeFailure(name, failure).what, ended: at });
    phase.failed.push(host);
  };
  const handle = (event: Event): void => {
    switch (event.type) {
      case 'phase.start':
        phase = startPhase(event.phase, event.hosts, event.at);
        return;
      case 'phase.done':
        if (phase) endPhase(phase, event.at);
        return;
      case 'host.connected':
        run(event.host, 'connected', event.at);
        return;
      case 'host.step':
        run(event.host, event.step, event.at);
        return;
      case 'change.start':
        run(event.host, event.task, event.at);
        return;
      case 'change.done': {
        const host = phase?.hosts.get(event.host);
        if (host) host.changes += 1;
        return;
      }
      case 'change.failed':
      case 'host.failed':
        fail(event.host, event.failure, event.at);
        return;
      case 'host.passed':
        end(event.host, 'passed', event.at);
        return;
      case 'host.done':
        end(event.host, event.outcome === 'blocked' ? 'blocked' : 'passed', event.at);
        return;
      case 'interrupted':
        if (phase) phase.interrupted = true;
        return;
      default:
        return;
    }
  };
  return { handle, phase: () => phase };
}

function startPhase(name: string, hosts: readonly string[], at: number): PhaseProgress {
  const progress = (host: string): HostProgress => {
    return { host, status: 'waiting', step: '', since: at, started: at, ended: at, changes: 0 };
  };
  return {
    name,
    started: at,
    ended: undefined,
    interrupted: false,
    hosts: new Map(hosts.map((host) => [host, progress(host)])),
    failed: [],
  };
}

/** A phase that ended without a word about a host that worked was good for that host. */
function endPhase(phase: PhaseProgress, at: number): void {
  phase.ended = at;
  for (const host of phase.hosts.values()) {
    if (host.status === 'running') Object.assign(host, { status: 'passed', ended: at });
  }
}

/** The time of a run between its events: what the last event said, and how long ago that was. */
export function createRunClock(seconds: () => number): {
  readonly see: (event: Event) => void;
  readonly now: () => number;
} {
  let at = 0;
  let seen = seconds();
  return {
    see: (event) => {
      at = event.at;
      seen = seconds();
    },
    now: () => at + (seconds() - seen),
  };
}

/** Whether a host has failed in this phase. */
export function hasFailed(phase: PhaseProgress | undefined, host: string): boolean {
  return phase?.hosts.get(host)?.status === 'failed';
}
