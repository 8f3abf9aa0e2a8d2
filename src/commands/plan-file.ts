import { readFile } from 'node:fs/promises';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Plan } from '../plan/plan.ts';

/** Reads a saved plan; the error says what is wrong with the file. */
export async function readPlanFile(file: string): Promise<Result<Plan, string>> {
  try {
    const plan: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isPlan(plan)) return ok(plan);
    return err(`${file}: this is no plan of fastboot, or one of another format version`);
  } catch (error) {
    return err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null) return false;
  const { formatVersion, stages } = value as Partial<Plan>;
  return formatVersion === 1 && Array.isArray(stages);
}
