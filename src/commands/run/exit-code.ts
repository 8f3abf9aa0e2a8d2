/** Exit codes: their numbers, what they mean, and which one a run gets. */
import type { HostResult } from '../../engine/apply.ts';

/** Where several apply, 3 comes before 5 before 4. */
export const EXIT = {
  ok: 0,
  usage: 1,
  changes: 2,
  failed: 3,
  unreachable: 4,
  refused: 5,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** For the help and the reference page. */
export const EXIT_MEANINGS: readonly { readonly codes: readonly number[]; readonly meaning: string }[] = [
  { codes: [EXIT.ok], meaning: 'success, or nothing to do' },
  { codes: [EXIT.usage], meaning: 'usage, inventory or playbook error: nothing was touched' },
  { codes: [EXIT.changes], meaning: 'plan --detailed-exitcode: there are changes' },
  { codes: [EXIT.failed], meaning: 'a host failed, or fastboot had an internal error' },
  { codes: [EXIT.unreachable], meaning: 'a host was unreachable; the other hosts are done' },
  {
    codes: [EXIT.refused],
    meaning: 'refused: another run holds the lock, a saved plan is stale, or a change would endanger data',
  },
  {
    codes: [EXIT.SIGHUP, EXIT.SIGINT, EXIT.SIGTERM],
    meaning: 'interrupted: hosts finished the step that they had begun, and are consistent',
  },
];

/** The exit code of a run, from the results of its hosts. */
export function exitCodeOf(results: readonly HostResult[]): number {
  const outcomes = new Set(results.map((result) => result.outcome));
  if (outcomes.has('failed')) return EXIT.failed;
  if (outcomes.has('blocked')) return EXIT.refused;
  if (outcomes.has('unreachable')) return EXIT.unreachable;
  return EXIT.ok;
}
