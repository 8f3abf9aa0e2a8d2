// Lets Node run TypeScript files: `node --import ./scripts/ts-loader.mjs FILE.ts`. esbuild removes the types; nothing checks them.
import { transform } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { loadRegistry, resolveRegistry } from './registries.mjs';
import { loadShell } from './shell-text.mjs';

// Node runs loader hooks in a thread of their own, which loads this same file
if (isMainThread) register(import.meta.url);

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  return resolveRegistry(specifier) ?? next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  const own = (await loadShell(url)) ?? loadRegistry(url);
  if (own !== undefined) return own;
  if (!url.endsWith('.ts')) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
