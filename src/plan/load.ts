import { open } from 'node:fs/promises';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { digestOf, PLAN_KIND } from './saved.ts';
import { planProblem } from './schema.ts';
import type { SavedPlan } from './saved.ts';

/** No plan is as large as this; an inventory may be handed in by mistake. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Reads a saved plan. Undefined where the file is none and does not try to be one, such as an inventory: a plan is told
 * by what is in it, not by its name. The error is one sentence for a person.
 */
export async function readPlanFile(file: string): Promise<Result<SavedPlan, string> | undefined> {
  const text = await readJsonText(file);
  return text === undefined ? undefined : parsePlanFile(file, text);
}

/** The same for a text that was read already. */
export function parsePlanFile(file: string, text: string): Result<SavedPlan, string> | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    if (!/^\s*\{\s*"kind"\s*:|"fastboot-plan"/.test(text.slice(0, 4096))) return undefined;
    return err(`${file} is a plan that is cut off or damaged. Make it again with \`fastboot plan --out\`.`);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  if (!('kind' in data) && 'formatVersion' in data && 'stages' in data) {
    const problem = 'is a plan as --json prints it, which does not hold all that is needed to carry it out';
    return err(`${file} ${problem}. Save one with \`fastboot plan --out\`.`);
  }
  if (!('kind' in data) || data.kind !== PLAN_KIND) return undefined;
  const { formatVersion, digest, fastboot } = data as Partial<SavedPlan>;
  if (formatVersion !== 1) {
    const format = `has format ${String(formatVersion)}, made by fastboot ${String(fastboot)}; this one knows format 1`;
    return err(`${file} ${format}. Use that version, or make the plan again.`);
  }
  if (digest !== digestOf(data)) {
    const problem = 'was edited or damaged after it was saved: its digest does not fit';
    return err(
      `${file} ${problem}. Make it again with \`fastboot plan --out\`; nothing else changes a plan.`,
    );
  }
  const malformed = planProblem(data);
  if (malformed !== undefined) return err(`${file} is no plan that fastboot made: ${malformed}.`);
  return ok(data as SavedPlan);
}

/** The text of a file that starts as JSON objects do; undefined for any other. */
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
