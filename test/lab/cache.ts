import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this lab belongs to. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Where images and snapshots are kept between runs. */
export const cacheRoot = (): string => process.env['FASTBOOT_LAB_DIR'] ?? join(projectRoot, '.lab');

/** A short name for what was made from these files and words: changes when any of them does. */
export async function digestOf(files: readonly string[], words: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.slice(projectRoot.length)}\0`).update(await readFile(file));
  return hash.update(words.join('\0')).digest('hex').slice(0, 16);
}

/**
 * Does `work` while holding a lock that all processes with the same path respect. The lock ends with this process, however that ends:
 * flock(1) holds it for as long as its standard input is open.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo locked; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await once(holder, 'close');
  }
}

const weekMs = 7 * 24 * 3600 * 1000;

/** Marks an entry of the cache as used now, and removes its siblings that nobody has used for a week. */
export async function touchAndTidy(root: string, used: string): Promise<void> {
  const now = new Date();
  await mkdir(join(root, used), { recursive: true });
  await utimes(join(root, used), now, now);
  for (const name of await readdir(root)) {
    if (name === used || !/^[0-9a-f]{16}/.test(name)) continue;
    const { mtimeMs } = await stat(join(root, name));
    if (now.getTime() - mtimeMs > weekMs) await rm(join(root, name), { recursive: true, force: true });
  }
}
