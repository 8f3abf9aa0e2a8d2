import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, playbooks and examples: above dist/ when bundled, above src/cli/ when not. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'playbooks'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('fastboot is not installed whole: there is no playbooks folder above it');
  return findRoot(parent);
}
