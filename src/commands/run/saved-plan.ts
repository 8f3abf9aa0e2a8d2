/** Saves plans, and refuses saved plans that are stale. */
import { err, ok } from '../../core/result.ts';
import type { Result } from '../../core/result.ts';
import type { Decided } from '../../engine/read-and-plan.ts';
import { toSavedPlan } from '../../engine/build-saved-plan.ts';
import type { PlanFile } from '../../plan/write-plan-file.ts';
import type { SavedPlan } from '../../plan/saved-plan.ts';
import { findStaleness, isDone } from '../../plan/stale.ts';
import type { Difference } from '../../plan/stale.ts';
import { formatRefusal } from '../../report/comparison/stale-plan-text.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { untouched } from './end-without-plan.ts';
import type { Run } from './run.ts';

/** A file that a plan will be saved in. It was opened before the run began, so that a mistake is noticed early. */
export interface SaveTarget {
  readonly file: string;
  readonly place: PlanFile;
}

/** Writes the plan of a run into its file. Gives what to print; the error: why it could not be written. */
export async function savePlan(
  { file, place }: SaveTarget,
  run: Run,
  decided: Decided,
): Promise<Result<string, string>> {
  const written = await place.write(toSavedPlan(run.context, decided, run.mask));
  return written.ok
    ? ok(`Saved to ${file}. Apply exactly this plan with: fastboot apply ${file}`)
    : err(written.error);
}

/** How a saved plan differs from the same plan made now. Empty: it may be applied. */
export function findStalenessNow(saved: SavedPlan, run: Run, decided: Decided): readonly Difference[] {
  const now = toSavedPlan(run.context, decided, run.mask);
  const differences = findStaleness(saved, now);
  if (!isDone(saved, now)) return differences;
  return [
    { host: null, item: 'plan', then: 'to be applied', now: 'applied already: nothing is left to do' },
    ...differences,
  ];
}

/** Ends the run of a stale plan: prints what has changed since. Nothing was touched. */
export async function refuseStale(
  { createdAt }: SavedPlan,
  differences: readonly Difference[],
  run: Run,
  { stderr }: Environment,
): Promise<number> {
  run.context.emit({ type: 'plan.stale', differences });
  await run.finish(untouched(run), EXIT.refused);
  print(stderr, formatRefusal(createdAt, differences, stderr.style, stderr.columns()));
  return EXIT.refused;
}
