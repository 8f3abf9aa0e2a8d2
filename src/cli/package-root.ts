/** Where fastboot is installed. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json, playbooks and examples: above dist/ in a bundle, above src/cli/ in the sources. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'playbooks'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('fastboot is not completely installed: there is no folder `playbooks` above it');
  return findRoot(parent);
}
