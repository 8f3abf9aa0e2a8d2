/** A copy of the project, in which a test adds something as a contributor would. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '..');

const PARTS = [
  ...['src', 'test', 'scripts', 'playbooks', 'docs', 'schemas'],
  ...['vitest.config.ts', 'package.json', 'tsconfig.json'],
];

/** All paths are from the project's folder. */
export interface ProjectCopy {
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  /** Runs a program of Node with these arguments, and gives what it prints. Throws if it fails. */
  readonly run: (program: string, ...args: readonly string[]) => string;
  /** Runs unit tests, and gives what vitest prints. Throws if one fails. */
  readonly vitest: (...args: readonly string[]) => string;
  /** The files that are new or not as in the project, sorted. */
  readonly changed: () => readonly string[];
}

/** The copy is removed at the end of the test. */
export function copyProject(): ProjectCopy {
  const copy = mkdtempSync(join(tmpdir(), 'fastboot-copy-'));
  onTestFinished(() => {
    rmSync(copy, { recursive: true });
  });
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' };
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(process.execPath, [program, ...args], { cwd: copy, encoding: 'utf8', env });
  return {
    write: (path, text) => {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    },
    read: (path) => readFileSync(join(copy, path), 'utf8'),
    run,
    vitest: (...args) => run('node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', ...args),
    changed: () =>
      PARTS.flatMap((part) => filesIn(copy, part))
        .filter((path) => !isSame(copy, path))
        .sort(),
  };
}

function filesIn(folder: string, path: string): readonly string[] {
  if (!statSync(join(folder, path)).isDirectory()) return [path];
  return readdirSync(join(folder, path)).flatMap((name) => filesIn(folder, `${path}/${name}`));
}

function isSame(copy: string, path: string): boolean {
  const original = join(root, path);
  return existsSync(original) && readFileSync(join(copy, path)).equals(readFileSync(original));
}
