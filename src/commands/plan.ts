/** `fastboot plan`: reads all hosts and prints what would change and why. Changes nothing anywhere. */
import { readPlanFile } from '../plan/read-plan-file.ts';
import { openPlanFile } from '../plan/write-plan-file.ts';
import { loadAgainst } from './run/compare.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';
import { load } from './run/load.ts';
import { makePlan } from './run/plan-run.ts';
import type { CompareOptions, ExitOptions, PlaybookOptions, RunOptions } from './run/options.ts';

/** The options of `plan`. */
export interface PlanOptions extends RunOptions, PlaybookOptions, CompareOptions, ExitOptions {
  /** Where the plan is saved. */
  readonly out: string | undefined;
}

/** Gives the exit code. */
export async function plan(file: string, options: PlanOptions, environment: Environment): Promise<number> {
  const refuse = (why: string): number => {
    print(environment.stderr, why);
    return EXIT.usage;
  };
  if ((await readPlanFile(file)) !== undefined)
    return refuse(`${file} is already a saved plan. Show it with: fastboot show ${file}`);
  const loaded = await load(file, options, environment);
  if (loaded === undefined) return EXIT.usage;
  const against = await loadAgainst(options);
  if (against?.ok === false) return refuse(against.error);
  const place = options.out === undefined ? undefined : await openPlanFile(options.out);
  if (place?.ok === false) return refuse(`--out: ${place.error}. Nothing was touched.`);
  try {
    const save = place && { file: options.out ?? '', place: place.value };
    return await makePlan(loaded, options, environment, { save, against: against?.value });
  } finally {
    await place?.value.discard();
  }
}
