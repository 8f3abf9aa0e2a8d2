/** The shell scripts in src. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { shellText } from '../../scripts/shell-text.mjs';

/** A script: its path from src, the text of its file, and the text that the program sends. */
export interface ShFile {
  readonly path: string;
  readonly source: string;
  readonly sent: string;
}

const root = resolve(import.meta.dirname, '../../src');

export const shFiles: readonly ShFile[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.sh'))
  .sort()
  .map((path) => {
    const source = readFileSync(join(root, path), 'utf8');
    return { path, source, sent: shellText(source) };
  });

/** A script with `<NAME.sh>` where it holds the text of such a file, also where that stands within single quotes. */
export function withNamesOfFiles(script: string): string {
  const longestFirst = [...shFiles].sort((a, b) => b.sent.length - a.sent.length);
  return longestFirst.reduce(
    (text, { path, sent }) =>
      text
        .replaceAll(sent, `<${basename(path)}>`)
        .replaceAll(sent.replaceAll("'", "'\\''"), `<${basename(path)}>`),
    script,
  );
}
