import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/docs/pages.ts';

const root = join(import.meta.dirname, '../..');

describe('generated files', () => {
  it.each(Object.entries(generatedFiles))('%s is what `npm run docs` writes', async (file, make) => {
    expect(readFileSync(join(root, file), 'utf8')).toBe(await make());
  });

  const pages = Object.keys(generatedFiles).filter((file) => file.endsWith('.md'));
  it.each(pages)('%s has links that lead somewhere', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const anchors = new Set([
      ...[...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
        (match[1] ?? '').toLowerCase().replaceAll(/[ ]/g, '-'),
      ),
      ...[...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1] ?? ''),
    ]);
    for (const target of targets) {
      if (target.startsWith('#')) expect([...anchors]).toContain(target.slice(1));
      else expect(() => readFileSync(resolve(root, dirname(file), target))).not.toThrow();
    }
  });
});
