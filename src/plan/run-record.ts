/** What the backend remembers of a run. */
import type { HostOutcome } from '../core/event.ts';

/** A run that had something to change. It is written when the run starts, and again when the run is over. */
export interface RunEntry {
  readonly formatVersion: 1;
  readonly runId: string;
  /** The version of fastboot. */
  readonly fastboot: string;
  readonly who: string;
  readonly from: string;
  readonly command: string;
  /** ISO 8601, by the clock of the machine that the run was started on. */
  readonly began: string;
  readonly inventory: string;
  readonly limit: string | null;
  readonly planned: { readonly changes: number; readonly hosts: number };
  /** Null where the run is not over, or was killed. */
  readonly end: RunEnd | null;
}

export interface RunEnd {
  readonly at: string;
  readonly exitCode: number;
  readonly hosts: Readonly<Record<string, { readonly outcome: HostOutcome; readonly changed: number }>>;
}

/** The form of a run's id: its start, so that ids sort by time, then three random digits. */
export const RUN_ID = /^\d{8}T\d{9}-[0-9a-f]{3}$/;

/** Reads an entry. Undefined where the text is not an entry, for example because it was edited or is of a later version. */
export function parseEntry(text: string): RunEntry | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isEntry(data) ? data : undefined;
}

function isEntry(data: unknown): data is RunEntry {
  if (typeof data !== 'object' || data === null) return false;
  const { formatVersion, runId, fastboot, who, from, command, began, inventory, limit, planned, end } =
    data as Partial<Record<keyof RunEntry, unknown>>;
  const texts = [fastboot, who, from, command, began, inventory, limit ?? ''];
  return (
    formatVersion === 1 &&
    typeof runId === 'string' &&
    RUN_ID.test(runId) &&
    texts.every((text) => typeof text === 'string') &&
    hasNumbers(planned, ['changes', 'hosts']) &&
    (end === null || isEnd(end))
  );
}

function isEnd(data: unknown): boolean {
  if (!hasNumbers(data, ['exitCode'])) return false;
  const { at, hosts } = data as { readonly at?: unknown; readonly hosts?: unknown };
  if (typeof at !== 'string' || typeof hosts !== 'object' || hosts === null) return false;
  return Object.values(hosts).every(
    (host: unknown) =>
      hasNumbers(host, ['changed']) && typeof (host as { outcome?: unknown }).outcome === 'string',
  );
}

function hasNumbers(data: unknown, keys: readonly string[]): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    keys.every((key) => typeof (data as Readonly<Record<string, unknown>>)[key] === 'number')
  );
}

/** The state of a run. `unfinished`: it never recorded its end, because it was killed or lost its connection. */
export type RunState =
  'done' | 'failed' | 'unreachable' | 'refused' | 'interrupted' | 'running' | 'unfinished';

/** @param running the id of the run that holds the lock now, if any */
export function runState({ runId, end }: RunEntry, running: string | undefined): RunState {
  if (end === null) return runId === running ? 'running' : 'unfinished';
  switch (end.exitCode) {
    case 0:
      return 'done';
    case 4:
      return 'unreachable';
    case 5:
      return 'refused';
    case 129:
    case 130:
    case 143:
      return 'interrupted';
    default:
      return 'failed';
  }
}

/** How many changes a run made, and on how many hosts; null where it did not record its end. */
export function changesMade({ end }: RunEntry): { readonly changes: number; readonly hosts: number } | null {
  if (end === null) return null;
  const changed = Object.values(end.hosts).map((host) => host.changed);
  return {
    changes: changed.reduce((sum, own) => sum + own, 0),
    hosts: changed.filter((own) => own > 0).length,
  };
}
