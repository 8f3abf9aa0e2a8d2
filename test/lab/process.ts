import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a program ended and what it wrote. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** written to the program's standard input, which is otherwise empty */
  readonly stdin?: string | Buffer;
  /** milliseconds after which the program is ended with SIGKILL */
  readonly timeout?: number;
  /** called with each line of either stream as it comes */
  readonly onLine?: (line: string) => void;
  /** ends the program with SIGKILL */
  readonly signal?: AbortSignal;
}

/** Runs a program without a shell and gives what it wrote, whatever its exit code. Throws if it cannot be started. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const spawnOptions: SpawnOptions = { stdio: 'pipe' };
  if (options.cwd !== undefined) spawnOptions.cwd = options.cwd;
  if (options.env !== undefined) spawnOptions.env = options.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, spawnOptions);
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => chunks[name].push(chunk));
      if (child[name] && options.onLine) createInterface({ input: child[name] }).on('line', options.onLine);
    }
    const timer =
      options.timeout === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeout);
    const stop = (): void => void child.kill('SIGKILL');
    options.signal?.addEventListener('abort', stop);
    // a program that does not read its input closes the pipe early; its exit code says what matters
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
      const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(chunks[name]).toString();
      resolve({ code, signal, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
}

/** Runs a program that must succeed and gives its standard output; otherwise throws with the last lines it wrote. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const done = await run(command, args, options);
  if (done.code === 0) return done.stdout;
  const tail = `${done.stdout}\n${done.stderr}`.trim().split('\n').slice(-15).join('\n');
  throw new Error(`${command} ${args.join(' ')}: ended with ${done.code ?? done.signal ?? '?'}\n${tail}`);
}
