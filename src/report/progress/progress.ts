/** Follows a phase of a run by its events. */
import type { Event } from '../../core/event.ts';
import type { Failure } from '../../core/failure.ts';
import { failureCause } from '../failure/cause.ts';
import { describeFailure } from '../failure/describe.ts';

/** How much of a step is done, as the host itself reports it. */
export type Amount = Pick<Event & { type: 'host.progress' }, 'done' | 'total' | 'unit'>;

/** The change that a host makes or has made last. */
export interface Task {
  readonly name: string;
  readonly position: number;
  readonly total: number;
  readonly done: boolean;
}

/** A host in a phase. Times are those of the events, in seconds. */
export interface HostProgress {
  readonly host: string;
  status: 'waiting' | 'running' | 'passed' | 'blocked' | 'failed';
  task: Task | undefined;
  /** What it is doing now, or why it failed; empty where that is not known. */
  step: string;
  amount: Amount | undefined;
  /** When the change, or a step without a change, started. */
  since: number;
  /** When the host started with this phase, and when it was done. */
  started: number;
  ended: number;
  /** Changes made in this phase. */
  changes: number;
}

/** Hosts that failed for the same cause. */
export interface Cause {
  /** What happened on the first of them. */
  readonly what: string;
  /** The newest last. */
  readonly hosts: string[];
}

/** A phase and its hosts. */
export interface PhaseProgress {
  readonly name: string;
  readonly started: number;
  ended: number | undefined;
  interrupted: boolean;
  readonly hosts: ReadonlyMap<string, HostProgress>;
  /** Why hosts failed; the newest cause is the last. */
  readonly causes: Map<string, Cause>;
}

/** The work for an event does not depend on the number of hosts. */
export interface ProgressTracker {
  readonly handle: (event: Event) => void;
  /** The phase that runs, or the last one. */
  readonly phase: () => PhaseProgress | undefined;
}

export function createProgressTracker(): ProgressTracker {
  let phase: PhaseProgress | undefined;
  return {
    handle: (event) => {
      if (event.type === 'phase.start') phase = startPhase(event.phase, event.hosts, event.at);
      else if (phase) follow(phase, event);
    },
    phase: () => phase,
  };
}

function follow(phase: PhaseProgress, event: Event): void {
  const host = 'host' in event ? phase.hosts.get(event.host) : undefined;
  if (host !== undefined) followHost(phase, host, event);
  else if (event.type === 'phase.done') phase.ended = event.at;
  else if (event.type === 'interrupted') phase.interrupted = true;
}

function followHost(phase: PhaseProgress, host: HostProgress, event: Event): void {
  switch (event.type) {
    case 'host.connected':
      work(host, event.at, { step: 'connected', ...NO_CHANGE });
      return;
    case 'host.step':
      work(host, event.at, { step: event.step, ...(isChanging(host) ? {} : NO_CHANGE) });
      return;
    case 'host.progress':
      work(host, event.at, { amount: event });
      return;
    case 'change.start': {
      const { task: name, position, total } = event;
      work(host, event.at, { step: '', task: { name, position, total, done: false }, amount: undefined });
      return;
    }
    case 'change.done':
      host.changes += 1;
      if (host.task) host.task = { ...host.task, done: true };
      Object.assign(host, { step: '', amount: undefined });
      return;
    case 'change.failed':
    case 'host.failed':
      fail(phase, host, event.failure, event.at);
      return;
    case 'host.passed':
      end(host, 'passed', event.at);
      return;
    case 'host.done':
      end(host, event.outcome === 'blocked' ? 'blocked' : 'passed', event.at);
      return;
    default:
      return;
  }
}

const NO_CHANGE = { task: undefined, amount: undefined };

const isChanging = ({ task }: HostProgress): boolean => task !== undefined && !task.done;

function work(host: HostProgress, at: number, what: Partial<HostProgress>): void {
  if (host.status === 'failed') return;
  if (host.status === 'waiting') host.started = at;
  // the time of a change goes on while its steps follow each other
  const isNew = 'task' in what || !isChanging(host);
  Object.assign(host, { status: 'running', ...(isNew ? { since: at } : {}), ...what });
}

function end(host: HostProgress, status: 'passed' | 'blocked', at: number): void {
  if (host.status === 'running' || host.status === 'waiting') Object.assign(host, { status, ended: at });
}

function fail({ causes }: PhaseProgress, host: HostProgress, failure: Failure, at: number): void {
  if (host.status === 'failed') return;
  const { what } = describeFailure(host.host, failure);
  Object.assign(host, { status: 'failed', step: what, ended: at });
  const key = failureCause(host.host, failure);
  const cause = causes.get(key) ?? { what, hosts: [] };
  cause.hosts.push(host.host);
  causes.delete(key);
  causes.set(key, cause);
}

function startPhase(name: string, hosts: readonly string[], at: number): PhaseProgress {
  const progress = (host: string): HostProgress => {
    const nothing = { task: undefined, step: '', amount: undefined, changes: 0 };
    return { host, status: 'waiting', ...nothing, since: at, started: at, ended: at };
  };
  return {
    name,
    started: at,
    ended: undefined,
    interrupted: false,
    hosts: new Map(hosts.map((host) => [host, progress(host)])),
    causes: new Map(),
  };
}

/** The time of a run between two events: that of the last event, and how long ago it was. */
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

export type Tally = Readonly<Record<HostProgress['status'], number>>;

/** How many hosts of a phase have each status. */
export function tallyHosts(phase: PhaseProgress): Tally {
  const tally = { waiting: 0, running: 0, passed: 0, blocked: 0, failed: 0 };
  for (const { status } of phase.hosts.values()) tally[status] += 1;
  return tally;
}

/** Whether a host has failed in this phase. */
export function hasFailed(phase: PhaseProgress | undefined, host: string): boolean {
  return phase?.hosts.get(host)?.status === 'failed';
}
