import type { HostResult } from '../../engine/apply.ts';

/** What fastboot's exit codes mean; where several apply, 3 comes before 5 before 4. */
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

/** The exit code of a run from how its hosts came out. */
export function exitCodeOf(results: readonly HostResult[]): number {
  const outcomes = new Set(results.map((result) => result.outcome));
  if (outcomes.has('failed')) return EXIT.failed;
  if (outcomes.has('blocked')) return EXIT.refused;
  if (outcomes.has('unreachable')) return EXIT.unreachable;
  return EXIT.ok;
}
