import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll } from 'vitest';
import { registriesForEsbuild } from '../../scripts/registries.mjs';
import { shellForEsbuild } from '../../scripts/shell-text.mjs';

/** Bundles a program like fastboot itself, so that it starts as fast. The bundle is deleted after the tests of the file. */
export async function bundleProgram(file: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-program-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, basename(file).replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
    plugins: [shellForEsbuild, registriesForEsbuild],
  });
  return outfile;
}
