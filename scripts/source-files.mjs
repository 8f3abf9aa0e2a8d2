// The source files of the repository, found by their ending or by their first line.
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const OTHER_FOLDERS = new Set(['node_modules', 'dist', '.git', '.lab']);

/**
 * All files with this ending, and all without any ending whose first line matches.
 * @param {string} ending such as `.py`
 * @param {RegExp} firstLine such as /^#!.*python/
 * @returns {Promise<{ path: string, text: string }[]>} paths from the repository's root, in order
 */
export async function sourceFiles(ending, firstLine) {
  const found = [];
  for (const path of await allFiles(root)) {
    if (![ending, ''].includes(extname(path)) || basename(path).startsWith('.')) continue;
    const text = await readFile(join(root, path), 'utf8');
    if (extname(path) === ending || firstLine.test(text.slice(0, text.indexOf('\n'))))
      found.push({ path, text });
  }
  return found;
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} the paths of all files in it, from the repository's root
 */
async function allFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile()) paths.push(relative(root, path));
    else if (entry.isDirectory() && !OTHER_FOLDERS.has(entry.name)) paths.push(...(await allFiles(path)));
  }
  return paths;
}
