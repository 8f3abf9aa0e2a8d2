// The source files of the repository, found by their ending or by their first line.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const OTHER_FOLDERS = new Set(['node_modules', 'dist', '.git', '.lab']);
/** A file without an ending that is larger than this is not a script. */
const MAX_SCRIPT_BYTES = 1 << 20;

/**
 * All files with this ending, and all without any ending whose first line matches.
 * @param {string} ending such as `.py`
 * @param {RegExp} firstLine such as /^#!.*python/
 * @returns {Promise<{ path: string, text: string }[]>} paths from the repository's root, in order
 */
export async function filesWith(ending, firstLine) {
  const found = [];
  for (const path of await allFiles(root)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!name.endsWith(ending) && name.lastIndexOf('.') > 0) continue;
    const bytes = await readFile(join(root, path));
    if (bytes.length > MAX_SCRIPT_BYTES) continue;
    const text = bytes.toString('utf8');
    if (name.endsWith(ending) || firstLine.test(text.slice(0, text.indexOf('\n')))) found.push({ path, text });
  }
  return found;
}

async function allFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory() && !OTHER_FOLDERS.has(entry.name)) paths.push(...(await allFiles(join(folder, entry.name))));
    else if (entry.isFile()) paths.push(relative(root, join(folder, entry.name)));
  return paths;
}
