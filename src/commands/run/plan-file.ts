/** Reads files that must be saved plans. */
import { stat } from 'node:fs/promises';
import { err } from '../../core/result.ts';
import type { Result } from '../../core/result.ts';
import { readPlanFile } from '../../plan/read-plan-file.ts';
import type { SavedPlan } from '../../plan/saved-plan.ts';

/** Reads a saved plan. The error: the file is something else, or cannot be read. */
export async function loadPlanFile(file: string): Promise<Result<SavedPlan, string>> {
  const read = await readPlanFile(file);
  if (read !== undefined) return read;
  const there = await stat(file).catch((error: unknown) => error as Error);
  if (there instanceof Error)
    return err(`The plan cannot be read: ${there.message}. Check the path and the rights of the file.`);
  return err(`${file} is not a saved plan. Save one with \`fastboot plan INVENTORY --out FILE\`.`);
}
