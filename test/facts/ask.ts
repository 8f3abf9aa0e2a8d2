import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Query } from '../../src/facts/fact.ts';
import { parseAnswers, queryScript } from '../../src/facts/query.ts';
import type { State } from '../../src/facts/state.ts';

/** The shells that hosts have; those of them that this machine has. */
export const shells: readonly (readonly [string, ...string[]])[] = (
  [['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['sh']] as const
).filter(([name]) => spawnSync(name, ['-c', ':'], { stdio: 'ignore' }).error === undefined);

/** A made-up host: files below a folder of their own, and commands that say what the host's would. */
export interface Scene {
  /** Text by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Body of a sh script by command name. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Absolute folders that are the made-up host's, besides those of `files`. */
  readonly folders?: readonly string[];
}

export interface MadeScene {
  readonly root: string;
  readonly run: (shell: readonly [string, ...string[]], queries: readonly Query[]) => State;
}

const NONCE = '0123456789abcdef';

/** Puts a scene on the disk, until the test is over. Queries run in it see its files at their absolute paths: the script's text is moved there. */
export function makeScene({ files = {}, commands = {}, folders = [] }: Scene): MadeScene {
  const root = mkdtempSync(join(tmpdir(), 'fastboot-facts-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of folders) mkdirSync(root + folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(root + path), { recursive: true });
    writeFileSync(root + path, text);
  }
  mkdirSync(join(root, 'bin'));
  for (const [name, body] of Object.entries(commands)) {
    const at = join(root, 'bin', name);
    writeFileSync(at, `#!/bin/sh\n${body}\n`);
    chmodSync(at, 0o755);
  }
  return {
    root,
    run: ([shell, ...args], queries) => {
      const script = queryScript(queries, NONCE).replace(
        /(?<![\w$}.*])\/(?=(etc|proc|sys|run|lib|var|usr)\/)/g,
        `${root}/`,
      );
      const env = { PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C' };
      const output = execFileSync(shell, [...args, '-s'], {
        input: script,
        env,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      return parseAnswers(queries, NONCE, output);
    },
  };
}
