/** Writes a saved plan to its file. */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { parsePlanFile } from './read-plan-file.ts';
import type { SavedPlan } from './saved-plan.ts';

/** A file that a plan can be written to. It is opened before there is a plan, so that the run does not fail at its end. */
export interface PlanFile {
  /** Writes the plan whole or not at all. */
  write(plan: SavedPlan): Promise<Result<null, string>>;
  /** Writes nothing. A file that was there stays. */
  discard(): Promise<void>;
}

/**
 * Opens a file for a plan: a temporary file beside it that only its owner may read. A file that is not a plan is never
 * replaced. The error says why nothing can be written there.
 */
export async function openPlanFile(file: string): Promise<Result<PlanFile, string>> {
  const obstacle = await obstacleAt(file);
  if (obstacle !== undefined) return err(obstacle);
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString('hex')}.fastboot-new`);
  const opened = await attempt(() => open(temporary, 'wx', 0o600));
  if (!opened.ok) return err(`${file} cannot be written: ${opened.error}. Choose another file.`);
  const handle = opened.value;
  const discard = async (): Promise<void> => {
    await handle.close();
    await rm(temporary, { force: true });
  };
  return ok({
    discard,
    write: async (plan) => {
      const written = await attempt(async () => {
        await handle.writeFile(`${JSON.stringify(plan, null, 2)}\n`);
        await handle.sync();
        await handle.close();
        await rename(temporary, file);
        await syncFolder(dirname(file));
      });
      if (written.ok) return ok(null);
      await rm(temporary, { force: true });
      return err(
        `${file} cannot be written: ${written.error}. Free some space or choose another file, then run again.`,
      );
    },
  });
}

async function obstacleAt(file: string): Promise<string | undefined> {
  const there = await stat(file).catch(() => undefined);
  if (there === undefined) return undefined;
  if (!there.isFile()) return `${file} is not a file, so the plan cannot be saved there: choose another file`;
  if (there.size === 0) return undefined;
  const text = await attempt(() => readFile(file, 'utf8'));
  const isPlan = text.ok && parsePlanFile(file, text.value) !== undefined;
  return isPlan ? undefined : `${file} exists and is not a plan, so it is not replaced: choose another file`;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function attempt<T>(action: () => Promise<T>): Promise<Result<T, string>> {
  try {
    return ok(await action());
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}
