/** `fastboot init`: writes a commented inventory to start from. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { starterInventory } from '../inventory/starter.ts';
import { print } from './run/environment.ts';
import type { Environment } from './run/environment.ts';
import { EXIT } from './run/exit-code.ts';

/** Writes a new file, never over another one; gives the exit code. */
export async function init(file: string, { stdout, stderr }: Environment): Promise<number> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, starterInventory, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const reason = error instanceof Error ? error.message : String(error);
    const why = exists
      ? `${file} exists already; nothing was written. Name another file, or move this one away.`
      : `Cannot write ${file}: ${reason}`;
    print(stderr, why);
    return EXIT.usage;
  }
  print(stdout, `Wrote ${file}. Put your hosts in, then run: fastboot validate ${file}`);
  return EXIT.ok;
}
