/** The result of a run on one host. */
import type { HostOutcome } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';

export interface HostResult {
  readonly host: string;
  readonly outcome: HostOutcome;
  /** Changes that were made. */
  readonly changed: number;
  readonly failure?: Failure;
}

/** Whether a host is as it should be now. */
export function hasSucceeded(result: HostResult | undefined): boolean {
  return result?.outcome === 'changed' || result?.outcome === 'unchanged';
}

/** Why a host did not succeed, as the end of a sentence that starts with its name. */
export function whatHappened(outcome: HostOutcome): string {
  switch (outcome) {
    case 'failed':
      return 'failed';
    case 'unreachable':
      return 'could not be reached';
    case 'blocked':
      return 'is blocked';
    case 'skipped':
      return 'was skipped';
    case 'changed':
    case 'unchanged':
      return 'succeeded';
  }
}

/** The result of two stages of one host: that of the later one, with the changes of both. */
export function addResults(before: HostResult, later: HostResult): HostResult {
  const outcome = later.outcome === 'unchanged' ? before.outcome : later.outcome;
  return { ...later, changed: before.changed + later.changed, outcome };
}
