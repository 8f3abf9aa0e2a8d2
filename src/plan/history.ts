import type { HostOutcome } from '../core/event.ts';

/** A run that had something to change, as the backend remembers it: written when it begins, and again at its end. */
export interface RunEntry {
  readonly formatVersion: 1;
  readonly runId: string;
  /** fastboot's version. */
  readonly fastboot: string;
  readonly who: string;
  readonly from: string;
  readonly command: string;
  /** ISO 8601, by the clock of the machine that it was started on. */
  readonly began: string;
  readonly inventory: string;
  readonly limit: string | null;
  readonly planned: { readonly changes: number; readonly hosts: number };
  /** Null for a run that has not come to its end. */
  readonly end: RunEnd | null;
}

export interface RunEnd {
  readonly at: string;
  readonly exitCode: number;
  readonly hosts: Readonly<Record<string, { readonly outcome: HostOutcome; readonly changed: number }>>;
}

/** What a run's id looks like: its beginning, so that ids sort by time, and something random. */
export const RUN_ID = /^\d{8}T\d{9}-[0-9a-f]{3}$/;

/** Reads one entry; undefined where the text is none, such as one that was edited or is of a later version. */
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
    isNumbers(planned, ['changes', 'hosts']) &&
    (end === null || isEnd(end))
  );
}

function isEnd(data: unknown): boolean {
  if (!isNumbers(data, ['exitCode'])) return false;
  const { at, hosts } = data as { readonly at?: unknown; readonly hosts?: unknown };
  if (typeof at !== 'string' || typeof hosts !== 'object' || hosts === null) return false;
  return Object.values(hosts).every(
    (host: unknown) =>
      isNumbers(host, ['changed']) && typeof (host as { outcome?: unknown }).outcome === 'string',
  );
}

function isNumbers(data: unknown, keys: readonly string[]): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    keys.every((key) => typeof (data as Readonly<Record<string, unknown>>)[key] === 'number')
  );
}

/** How a run came out. */
export type RunState = 'done' | 'failed' | 'unreachable' | 'refused' | 'interrupted' | 'running' | 'cut off';

/**
 * The state that people know a run by.
 *
 * @param running the run that holds the lock now, if one does
 */
export function runState({ runId, end }: RunEntry, running: string | undefined): RunState {
  if (end === null) return runId === running ? 'running' : 'cut off';
  switch (end.exitCode) {
    case 0:
      return 'done';
    case 4:
      return 'unreachable';
    case 5:
      return 'refused';
    case 130:
    case 143:
      return 'interrupted';
    default:
      return 'failed';
  }
}

/** How many changes a run made, and on how many hosts; null where it has not said so. */
export function changesMade({ end }: RunEntry): { readonly changes: number; readonly hosts: number } | null {
  if (end === null) return null;
  const changed = Object.values(end.hosts).map((host) => host.changed);
  return {
    changes: changed.reduce((sum, own) => sum + own, 0),
    hosts: changed.filter((own) => own > 0).length,
  };
}
