import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { starterInventory } from '../inventory/starter.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';

/** Writes the starter inventory to a new file. Gives what to say; the error: why nothing was written. */
export async function initInventory(file: string): Promise<Result<string, string>> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, starterInventory, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST')
      return err(`${file} exists already; nothing was written. Name another file, or move this one away.`);
    return err(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return ok(`Wrote ${file}. Put your hosts in, then run: fastboot validate ${file}`);
}

/** `fastboot init`. Gives the exit code. */
export async function init(file: string, { stdout, stderr }: Environment): Promise<number> {
  const written = await initInventory(file);
  if (written.ok) print(stdout, written.value);
  else print(stderr, written.error);
  return written.ok ? 0 : 1;
}
