// Imports of .sh files: `import script from './copy.sh'` gives the file's text, for the build, the tests and ts-loader.mjs.
// Lines that are blank or only a comment are left out, because the text is sent to every host.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * The text of a script as it is sent: without comment lines, blank lines and the newline at its end.
 *
 * @param {string} source
 */
export function shellText(source) {
  return source
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n');
}

/**
 * A script as an ECMAScript module.
 *
 * @param {string} path
 */
async function shellModule(path) {
  return `export default ${JSON.stringify(shellText(await readFile(path, 'utf8')))};\n`;
}

/** @type {import('esbuild').Plugin} */
export const shellForEsbuild = {
  name: 'shell-text',
  setup(build) {
    build.onLoad({ filter: /\.sh$/ }, async ({ path }) => ({
      contents: await shellModule(path),
      loader: 'js',
    }));
  },
};

/** @type {import('vitest/config').Plugin} */
export const shellForVitest = {
  name: 'shell-text',
  enforce: 'pre',
  load: (id) => (id.endsWith('.sh') ? shellModule(id) : null),
};

/**
 * The same for Node's loader hooks; undefined for any other file.
 *
 * @param {string} url
 * @returns {Promise<import('node:module').LoadFnOutput | undefined>}
 */
export async function loadShell(url) {
  if (!url.endsWith('.sh')) return undefined;
  return { format: 'module', source: await shellModule(fileURLToPath(url)), shortCircuit: true };
}
