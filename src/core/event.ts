import type { Failure } from './failure.ts';
import type { OwnWords } from './secrets/mask-data.ts';

/**
 * Everything that happens in a run, as data: the one vocabulary between the engine and whatever shows it. Times are
 * seconds since the run began, from a clock that cannot jump.
 */
export type Event = { readonly at: number } & EventBody;

export type EventBody =
  | {
      readonly type: 'run.start';
      readonly command: string;
      readonly runId: string;
      readonly hosts: readonly string[];
    }
  /** A phase of the run begins, such as "Read" or a stage's name; `hosts` take part in it. */
  | { readonly type: 'phase.start'; readonly phase: string; readonly hosts: readonly string[] }
  | { readonly type: 'phase.done'; readonly phase: string }
  | { readonly type: 'host.connected'; readonly host: string }
  /** A host has done its part of a phase; hosts that fail say `host.failed` instead. */
  | { readonly type: 'host.passed'; readonly host: string; readonly phase: string }
  /** What a host is doing right now, for people: "reading", "installing nfs-common". */
  | { readonly type: 'host.step'; readonly host: string; readonly step: string }
  /** How much of what a host is doing is done, as the host itself counts it; never a guess. */
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
  /** A saved plan is not carried out, because this is not as it was when the plan was made. */
  | {
      readonly type: 'plan.stale';
      readonly differences: readonly {
        readonly host: string | null;
        readonly item: string;
        readonly then: string;
        readonly now: string;
      }[];
    }
  /** In what the plan differs from an older one that was saved. */
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
      /** Which of the host's changes in this phase it is, from 1, and how many there are. */
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
  /** No further host is begun: canaries or a batch did not come out well, or too many hosts failed. */
  | { readonly type: 'rollout.stopped'; readonly reason: string }
  | { readonly type: 'lock.waiting'; readonly holder: string }
  | { readonly type: 'notice'; readonly text: string; readonly host?: string }
  /** `dropped`: it was the second one, connections are given up in the middle of what goes on. */
  | {
      readonly type: 'interrupted';
      readonly signal: Signal;
      readonly dropped: boolean;
    }
  /** Why the run came to nothing; `run.done` follows. */
  | { readonly type: 'run.failed'; readonly reason: RunFailure; readonly text: string }
  | {
      readonly type: 'run.done';
      readonly exitCode: number;
      readonly counts: Counts;
      readonly seconds: number;
    };

/** What ends a run from outside: Ctrl-C, an order to end, a terminal that is gone. */
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export type RunFailure = 'locked' | 'backend' | 'playbook' | 'internal';

/**
 * How a host came out of a run. `skipped`: its stage never started, because the backend failed or was blocked, the
 * rollout stopped, or the run was interrupted.
 */
export type HostOutcome = 'changed' | 'unchanged' | 'failed' | 'unreachable' | 'blocked' | 'skipped';

export type Counts = Readonly<Record<HostOutcome, number>> & {
  readonly changes: number;
  readonly deferred: number;
};

/** Takes events; nobody who emits waits for what a listener does with one. */
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
