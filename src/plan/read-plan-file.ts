/** Reads a saved plan from its file. */
import { open } from 'node:fs/promises';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { digestOf, PLAN_KIND } from './saved-plan.ts';
import { planProblem } from './schema.ts';
import type { SavedPlan } from './saved-plan.ts';

/** A larger file is not read: no plan is that large. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Reads a saved plan. A plan is recognized by its content, not by its name: the result is undefined for any other file, such
 * as an inventory. The error is for people.
 */
export async function readPlanFile(file: string): Promise<Result<SavedPlan, string> | undefined> {
  const text = await readJsonText(file);
  return text === undefined ? undefined : parsePlanFile(file, text);
}

/** Reads a saved plan from the text of its file. */
export function parsePlanFile(file: string, text: string): Result<SavedPlan, string> | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    if (!/^\s*\{\s*"kind"\s*:|"fastboot-plan"/.test(text.slice(0, 4096))) return undefined;
    return err(`${file} is a damaged or incomplete plan. Make it again with \`fastboot plan --out\`.`);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  if (!('kind' in data) && 'formatVersion' in data && 'stages' in data) {
    const problem = 'is a plan as --json prints it. It lacks what is needed to apply it';
    return err(`${file} ${problem}. Save one with \`fastboot plan --out\`.`);
  }
  if (!('kind' in data) || data.kind !== PLAN_KIND) return undefined;
  const { formatVersion, digest, fastboot } = data as Partial<SavedPlan>;
  if (formatVersion !== 1) {
    const format = `has format ${String(formatVersion)}, made by fastboot ${String(fastboot)}; expected format 1`;
    return err(`${file} ${format}. Use that version of fastboot, or make the plan again.`);
  }
  if (digest !== digestOf(data)) {
    const problem = 'was edited or damaged after it was saved: its digest is wrong';
    return err(`${file} ${problem}. A plan cannot be edited: make it again with \`fastboot plan --out\`.`);
  }
  const malformed = planProblem(data);
  if (malformed !== undefined)
    return err(
      `${file} is not a plan that this version of fastboot can apply: ${malformed}. Make it again with \`fastboot plan --out\`.`,
    );
  return ok(data as SavedPlan);
}

/** The text of a file that starts like a JSON object; undefined for any other file. */
async function readJsonText(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > MAX_BYTES) return undefined;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    if (!/^\s*\{/.test(buffer.toString('utf8', 0, bytesRead))) return undefined;
    return await handle.readFile('utf8');
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}
