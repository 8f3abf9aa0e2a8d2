/** Counts the hosts of a run by their outcome. */
import type { Counts, HostOutcome } from '../../core/event.ts';

/** How many hosts have each outcome. `changes` and `deferred` count changes. */
export function countOutcomes(
  outcomes: Iterable<HostOutcome>,
  changes: { readonly changes: number; readonly deferred: number },
): Counts {
  const counts = { changed: 0, unchanged: 0, failed: 0, unreachable: 0, blocked: 0, skipped: 0 };
  for (const outcome of outcomes) counts[outcome] += 1;
  return { ...counts, ...changes };
}
