// Registries: modules that hold everything that is in one folder, so that nobody has to list files by hand. A file
// belongs to a registry when it is in the folder of the registry and has a default export. `registry:checks` exports
// the list of these default exports, sorted by the names of the files. The module is made whenever it is imported: by the
// build, the tests and ts-loader.mjs. So it is never out of date. A file registries.d.ts beside the importer tells TypeScript its type.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The folder of each registry.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const REGISTRIES = {
  'registry:checks': 'src/pool/checks',
  'registry:storage-checks': 'src/pool/storage/nfs-checks',
  'registry:resources': 'src/resources',
};

/**
 * The files of a registry, sorted by name.
 *
 * @param {string} specifier
 */
export function registryFiles(specifier) {
  const folder = join(root, REGISTRIES[specifier] ?? '');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(folder, name))
    .filter((file) => /^export default /m.test(readFileSync(file, 'utf8')));
}

/**
 * The text of a registry's module; undefined where that is not the name of a registry.
 *
 * @param {string} specifier
 * @param {(file: string) => string} toImport how the module names a file in its imports
 */
export function registryText(specifier, toImport = (file) => file) {
  if (!Object.hasOwn(REGISTRIES, specifier)) return undefined;
  const files = registryFiles(specifier).map(toImport);
  const imports = files.map((file, index) => `import item${index} from ${JSON.stringify(file)};\n`);
  return `${imports.join('')}export default [${files.map((_, index) => `item${index}`).join(', ')}];\n`;
}

/** @type {import('esbuild').Plugin} */
export const registriesForEsbuild = {
  name: 'registries',
  setup(build) {
    build.onResolve({ filter: /^registry:/ }, ({ path }) => ({ path, namespace: 'registry' }));
    build.onLoad({ filter: /.*/, namespace: 'registry' }, ({ path }) => ({
      contents: registryText(path) ?? '',
      loader: 'js',
      resolveDir: root,
    }));
  },
};

/** @type {import('vitest/config').Plugin} */
export const registriesForVitest = {
  name: 'registries',
  enforce: 'pre',
  resolveId: (id) => (Object.hasOwn(REGISTRIES, id) ? `\0${id}` : null),
  load: (id) => (id.startsWith('\0') ? registryText(id.slice(1)) : null),
};

/**
 * For Node's loader hooks; undefined for any other module.
 *
 * @param {string} specifier
 * @returns {import('node:module').ResolveFnOutput | undefined}
 */
export function resolveRegistry(specifier) {
  return Object.hasOwn(REGISTRIES, specifier) ? { url: specifier, shortCircuit: true } : undefined;
}

/**
 * For Node's loader hooks; undefined for any other module.
 *
 * @param {string} url
 * @returns {import('node:module').LoadFnOutput | undefined}
 */
export function loadRegistry(url) {
  // Node resolves no path from a module whose own URL has no folder
  const text = registryText(url, (file) => pathToFileURL(file).href);
  return text === undefined ? undefined : { format: 'module', source: text, shortCircuit: true };
}
