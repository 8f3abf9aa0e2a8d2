// Writes the files that are generated from code: reference pages and schemas. Run it with `npm run docs`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './docs/pages.ts';

for (const [file, make] of Object.entries(generatedFiles))
  writeFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), await make());
