// Bundles src/cli/main.ts into dist/ and links node_modules/.bin/fastboot to it, so that `npx fastboot` runs this checkout.
import { build } from 'esbuild';
import { chmod, copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeLinkSync } from './link-sync.mjs';
import { registriesForEsbuild } from './registries.mjs';
import { shellForEsbuild } from './shell-text.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await rm(`${root}/dist`, { recursive: true, force: true });
await build({
  entryPoints: { fastboot: `${root}/src/cli/main.ts` },
  outdir: `${root}/dist`,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // ssh2's native parts are optional; its pure JavaScript is used
  external: ['cpu-features', '*.node'],
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;",
  },
  chunkNames: 'chunk-[hash]',
  plugins: [shellForEsbuild, registriesForEsbuild],
  legalComments: 'none',
  logLevel: 'warning',
});
// what a plan's page is made with is read when one is made, from beside the bundle
for (const name of ['page.css', 'page.js'])
  await copyFile(`${root}/src/report/html/${name}`, `${root}/dist/${name}`);
await writeLinkSync();
await chmod(`${root}/dist/fastboot.js`, 0o755);
await mkdir(`${root}/node_modules/.bin`, { recursive: true });
await rm(`${root}/node_modules/.bin/fastboot`, { force: true });
await symlink('../../dist/fastboot.js', `${root}/node_modules/.bin/fastboot`);
