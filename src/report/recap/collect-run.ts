/** Collects from the events of a run what its recap needs. */
import type { Counts, Event, HostOutcome, Signal } from '../../core/event.ts';
import { isUnreachable } from '../../core/failure.ts';
import type { Failure } from '../../core/failure.ts';

export interface RunRecord {
  readonly command: string;
  readonly hosts: readonly string[];
  readonly outcomes: ReadonlyMap<string, HostOutcome>;
  /** How many changes were made on a host. */
  readonly changed: ReadonlyMap<string, number>;
  /** Each failure once, in order. */
  readonly failures: readonly HostFailure[];
  readonly notices: readonly { readonly text: string; readonly host: string | undefined }[];
  /** Why no more hosts were started, where the rollout stopped. */
  readonly stopped: string | undefined;
  readonly interrupted: Signal | undefined;
  readonly done: { readonly exitCode: number; readonly counts: Counts; readonly seconds: number } | undefined;
}

export interface HostFailure {
  readonly host: string;
  readonly failure: Failure;
  /** The task that failed, if one had started. */
  readonly task: string | undefined;
}

export interface Recorder {
  readonly handle: (event: Event) => void;
  readonly record: () => RunRecord;
}

export function createRecorder(): Recorder {
  let command = '';
  let hosts: readonly string[] = [];
  let interrupted: RunRecord['interrupted'];
  let stopped: string | undefined;
  let done: RunRecord['done'];
  const outcomes = new Map<string, HostOutcome>();
  const changed = new Map<string, number>();
  const failures = new Map<string, HostFailure>();
  const notices: { text: string; host: string | undefined }[] = [];
  const tasks = new Map<string, string>();

  const fail = (host: string, failure: Failure, task: string | undefined) => {
    // a failed change is followed by the failure of its host
    const key = `${host} ${JSON.stringify(failure)}`;
    if (!failures.has(key)) failures.set(key, { host, failure, task });
    if (!outcomes.has(host)) outcomes.set(host, isUnreachable(failure) ? 'unreachable' : 'failed');
  };

  const handle = (event: Event): void => {
    switch (event.type) {
      case 'run.start':
        ({ command, hosts } = event);
        return;
      case 'change.start':
        tasks.set(event.change, event.task);
        return;
      case 'change.done':
        tasks.delete(event.change);
        return;
      case 'change.failed':
        fail(event.host, event.failure, tasks.get(event.change));
        return;
      case 'host.failed':
        fail(event.host, event.failure, undefined);
        return;
      case 'host.done':
        outcomes.set(event.host, event.outcome);
        changed.set(event.host, event.changed);
        return;
      case 'notice':
        notices.push({ text: event.text, host: event.host });
        return;
      case 'rollout.stopped':
        stopped = event.reason;
        return;
      case 'interrupted':
        interrupted = event.signal;
        return;
      case 'run.done':
        done = { exitCode: event.exitCode, counts: event.counts, seconds: event.seconds };
        return;
      default:
        return;
    }
  };
  const record = (): RunRecord => ({
    command,
    hosts,
    outcomes,
    changed,
    failures: [...failures.values()],
    notices,
    stopped,
    interrupted,
    done,
  });
  return { handle, record };
}
