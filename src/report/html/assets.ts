/** Reads the style and the script of the web page. */
import { readFile } from 'node:fs/promises';
import type { PageAssets } from './page.ts';

/** They are beside this file. The build copies them beside the bundle. */
export async function readPageAssets(): Promise<PageAssets> {
  const read = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
  const [style, script] = await Promise.all([read('page.css'), read('page.js')]);
  return { style, script };
}
