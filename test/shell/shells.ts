import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBytes } from '../../src/core/bytes.ts';

/** A shell as hosts have it, with the tools that come with it. */
export interface Shell {
  readonly name: string;
  readonly run: (script: string | Buffer) => {
    readonly code: number | null;
    readonly output: Buffer;
    readonly errors: string;
  };
}

/** The shells of this machine: dash and bash with coreutils, busybox with nothing but its own tools. */
export const shells: readonly Shell[] = [
  ...(exists('dash') ? [shell('dash', ['dash'])] : []),
  ...(exists('bash') ? [shell('bash', ['bash', '--posix'])] : []),
  ...(exists('busybox') ? [shell('busybox', ['busybox', 'sh'], busyboxTools())] : []),
];

/** The same as rows of a table of tests. */
export const SHELLS = shells.map((each) => [each.name, each] as const);

/** What a script prints; throws where it fails. */
export function runShell({ name, run }: Shell, script: Buffer): Buffer {
  const { code, output, errors } = run(script);
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${errors}`);
  return output;
}

function shell(name: string, [command = '', ...args]: readonly string[], path?: string): Shell {
  const program = absolute(command);
  return {
    name,
    run: (script) => {
      const env = { ...process.env, LC_ALL: 'C', ...(path === undefined ? {} : { PATH: path }) };
      const result = spawnSync(program, [...args, '-s'], {
        input: typeof script === 'string' ? encodeBytes(script) : script,
        env,
        timeout: 20_000,
        maxBuffer: 64 * 1024 * 1024,
      });
      return { code: result.status, output: result.stdout, errors: result.stderr.toString() };
    },
  };
}

function exists(command: string): boolean {
  return absolute(command) !== '';
}

function absolute(command: string): string {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command], { encoding: 'utf8' }).stdout.trim();
}

function busyboxTools(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-busybox-'));
  spawnSync('busybox', ['--install', '-s', folder]);
  return folder;
}
