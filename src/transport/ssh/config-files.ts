/** Reads ssh_config and the files that it includes. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import SSHConfig, { type Line } from 'ssh-config';
import { err, ok, type Result } from '../../core/result.ts';
import { codeOf, messageOf } from './errors.ts';
import { matchesPatterns } from './patterns.ts';

/** Why ssh_config cannot be used, and what to do. */
export interface ConfigProblem {
  readonly reason: string;
  readonly hint: string;
}

/** Each file is read and parsed once. */
export interface ConfigFiles {
  /** The lines of a file; undefined where the file does not exist. */
  read(path: string): Result<readonly Line[] | undefined, ConfigProblem>;
  /** The files that one argument of `Include` names, in order. */
  included(pattern: string, home: string): readonly string[];
}

export function createConfigFiles(): ConfigFiles {
  const parsed = new Map<string, Result<readonly Line[] | undefined, ConfigProblem>>();
  return {
    read(path) {
      const result = parsed.get(path) ?? readConfig(path);
      parsed.set(path, result);
      return result;
    },
    included: (pattern, home) => expandWildcards(resolvePath(pattern, home)),
  };
}

/** `~/` is the home folder. Relative paths start at `~/.ssh`, as in ssh_config(5) for Include. */
export function resolvePath(path: string, home: string): string {
  if (path.startsWith('~/')) return join(home, path.slice(2));
  return isAbsolute(path) ? path : join(home, '.ssh', path);
}

function readConfig(path: string): Result<readonly Line[] | undefined, ConfigProblem> {
  try {
    return ok([...SSHConfig.parse(readFileSync(path, 'utf8'))]);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ok(undefined);
    return err({
      reason: `cannot read ${path}: ${messageOf(error)}`,
      hint: 'Correct the file, or choose another one with --ssh-config FILE.',
    });
  }
}

function expandWildcards(path: string): readonly string[] {
  if (!/[*?]/.test(path)) return [path];
  const name = path.slice(path.lastIndexOf('/') + 1);
  return expandWildcards(dirname(path)).flatMap((folder) =>
    listFolder(folder)
      .filter((entry) => entry === name || matchesPatterns([name], entry))
      .filter((entry) => !entry.startsWith('.') || name.startsWith('.'))
      .map((entry) => join(folder, entry)),
  );
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
