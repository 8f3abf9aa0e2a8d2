import { readFile } from 'node:fs/promises';
import type { PageAssets } from './page.ts';

/** Reads the page's style and script, which stand beside this file; the build puts them beside the bundle. */
export async function readPageAssets(): Promise<PageAssets> {
  const read = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
  const [style, script] = await Promise.all([read('page.css'), read('page.js')]);
  return { style, script };
}
