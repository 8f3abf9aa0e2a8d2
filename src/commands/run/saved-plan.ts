import { toSavedPlan } from '../../engine/provenance.ts';
import type { Decided } from '../../engine/prepare.ts';
import type { PlanFile } from '../../plan/save.ts';
import type { SavedPlan } from '../../plan/saved.ts';
import { findStaleness, isDone } from '../../plan/stale.ts';
import type { Difference } from '../../plan/stale.ts';
import { formatRefusal } from '../../report/comparison/refusal.ts';
import { print } from './environment.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit-code.ts';
import { untouched } from './no-plan.ts';
import type { Run } from './run.ts';

/** Puts a run's plan into its file; says where it is, or why it is not there. */
export async function savePlan(
  file: string,
  place: PlanFile,
  run: Run,
  decided: Decided,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const written = await place.write(toSavedPlan(run.context, decided, run.mask));
  return written.ok
    ? { ok: true, text: `Saved to ${file}. Apply exactly this with: fastboot apply ${file}` }
    : { ok: false, text: written.error };
}

/** What is not as it was when a plan was saved: the same plan, made now, is another. */
export function driftOf(saved: SavedPlan, run: Run, decided: Decided): readonly Difference[] {
  const now = toSavedPlan(run.context, decided, run.mask);
  const done = isDone(saved, now);
  const drift = findStaleness(saved, now);
  return done
    ? [
        { host: null, item: 'plan', then: 'to be applied', now: 'applied already: nothing is left to do' },
        ...drift,
      ]
    : drift;
}

/** Ends the run of a stale plan: says what has changed since; nothing was touched. */
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
