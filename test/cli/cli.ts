import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const bundle = join(root, 'dist/fastboot.js');

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** What it has said on standard output so far. */
  readonly stdout: () => string;
  readonly ended: Promise<Ended>;
}

/** Bundles src/ anew where it is younger than its bundle. */
export function ensureBundle(): void {
  const times = (folder: string): readonly number[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (file) => statSync(join(root, folder, file)).mtimeMs,
    );
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Math.max(...times('src')) < built) return;
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

const ENV = { PATH: process.env['PATH'], HOME: '/nonexistent', LC_ALL: 'C.UTF-8' };

/** Starts a shell script in which "$@" is fastboot with its arguments. */
export function startShell(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started {
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, bundle, ...args], {
    env: { ...ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>(
    (resolve) => void child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, stdout: () => stdout, ended };
}

/** Runs fastboot. */
export function fastboot(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startShell('exec "$@"', args, env).ended;
}

/**
 * What fastboot keeps on this machine as a host, /run and /var/lib/fastboot, is empty and goes away; with KEPT in the
 * environment the latter is that folder.
 */
export const APART =
  'mount -t tmpfs tmpfs /run && mkdir -p /var/lib/fastboot && if [ -n "$KEPT" ]; then mount --bind "$KEPT" /var/lib/fastboot; else mount -t tmpfs tmpfs /var/lib/fastboot; fi';

/** Starts fastboot as if on a machine of its own; `script` is what is done there, by default nothing else. */
export function startApart(
  args: readonly string[],
  script = 'exec "$@"',
  env: Readonly<Record<string, string>> = {},
): Started {
  return startShell(`exec unshare -m sh -c '${APART} && ${script}' sh "$@"`, args, env);
}

/** Waits for something that another process does. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
