/** The events of a run. Each type is described in `schemas/event.schema.json`. */
import type { Failure } from './failure.ts';
import type { OwnWords } from './secrets/mask-data.ts';

/** Everything that happens in a run, as data. `at` is in seconds since the run started, by a clock that cannot jump. */
export type Event = { readonly at: number } & EventBody;

/** An event without its time. */
export type EventBody =
  | {
      readonly type: 'run.start';
      readonly command: string;
      readonly runId: string;
      readonly hosts: readonly string[];
    }
  /** A phase of the run starts, such as `Read` or a stage of the plan. */
  | { readonly type: 'phase.start'; readonly phase: string; readonly hosts: readonly string[] }
  | { readonly type: 'phase.done'; readonly phase: string }
  | { readonly type: 'host.connected'; readonly host: string }
  /** A host has finished its part of a phase without a failure. */
  | { readonly type: 'host.passed'; readonly host: string; readonly phase: string }
  /** What a host is doing now, for people: `reading`, `installing chrony`. */
  | { readonly type: 'host.step'; readonly host: string; readonly step: string }
  /** How much of the current step is done, as the host itself reports it. */
  | {
      readonly type: 'host.progress';
      readonly host: string;
      readonly done: number;
      readonly total: number;
      readonly unit: 'percent' | 'packages' | 'bytes';
    }
  | { readonly type: 'host.failed'; readonly host: string; readonly failure: Failure }
  | {
      readonly type: 'host.done';
      readonly host: string;
      readonly outcome: HostOutcome;
      readonly changed: number;
    }
  | {
      readonly type: 'plan.made';
      readonly changes: number;
      readonly blocked: number;
      readonly deferred: number;
      readonly hosts: number;
    }
  /** A saved plan is refused, because something has changed since it was made. */
  | {
      readonly type: 'plan.stale';
      readonly differences: readonly {
        readonly host: string | null;
        readonly item: string;
        readonly then: string;
        readonly now: string;
      }[];
    }
  /** The differences between the plan and an older one that was saved. */
  | {
      readonly type: 'plan.compared';
      readonly createdAt: string;
      readonly differences: readonly {
        readonly kind: 'added' | 'removed' | 'changed';
        readonly about: 'source' | 'host' | 'finding' | 'change';
        readonly host: string | null;
        readonly item: string;
        readonly then: { readonly text: string; readonly lines: readonly string[] } | null;
        readonly now: { readonly text: string; readonly lines: readonly string[] } | null;
      }[];
    }
  | {
      readonly type: 'change.start';
      readonly host: string;
      readonly change: string;
      readonly task: string;
      readonly resource: string;
      /** The number of this change among the host's changes in this phase, from 1, and how many there are. */
      readonly position: number;
      readonly total: number;
    }
  | { readonly type: 'change.output'; readonly host: string; readonly change: string; readonly text: string }
  | { readonly type: 'change.done'; readonly host: string; readonly change: string; readonly seconds: number }
  | {
      readonly type: 'change.failed';
      readonly host: string;
      readonly change: string;
      readonly failure: Failure;
    }
  /** No more hosts are started: a canary or a batch failed, or too many hosts failed. */
  | { readonly type: 'rollout.stopped'; readonly reason: string }
  | { readonly type: 'lock.waiting'; readonly holder: string }
  | { readonly type: 'notice'; readonly text: string; readonly host?: string }
  /** `dropped`: it was the second signal, so connections are dropped, also in the middle of a change. */
  | {
      readonly type: 'interrupted';
      readonly signal: Signal;
      readonly dropped: boolean;
    }
  /** Why the run did not get as far as its plan. `run.done` follows. */
  | { readonly type: 'run.failed'; readonly reason: RunFailure; readonly text: string }
  | {
      readonly type: 'run.done';
      readonly exitCode: number;
      readonly counts: Counts;
      readonly seconds: number;
    };

/** A signal that ends a run: Ctrl-C, a request to end, a closed terminal. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Why a run came to nothing. */
export type RunFailure = 'locked' | 'backend' | 'playbook' | 'internal';

/**
 * The outcome of a host. `skipped`: its stage did not start, because the backend failed or was blocked, the rollout stopped,
 * or the run was interrupted.
 */
export type HostOutcome = 'changed' | 'unchanged' | 'failed' | 'unreachable' | 'blocked' | 'skipped';

/** How many hosts had each outcome, and how many changes were made or deferred. */
export type Counts = Readonly<Record<HostOutcome, number>> & {
  readonly changes: number;
  readonly deferred: number;
};

/** Takes events. The emitter never waits for what a listener does with an event. */
export type Emit = (event: EventBody) => void;

/** What is not masked in events. All other texts are, those of fields that come later too. */
export const EVENT_WORDS: OwnWords<Event> = {
  type: true,
  command: true,
  runId: true,
  host: true,
  hosts: true,
  /** The id of a change. */
  change: true,
  outcome: true,
  unit: true,
  signal: true,
  createdAt: true,
  failure: { kind: true, verdict: true, signal: true },
  differences: { kind: true, about: true, host: true },
};
