/** The mount table of a process, /proc/PID/mountinfo: see proc(5). */
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { decodeOctal } from './octal.ts';

/** One line of /proc/self/mountinfo. */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** The part of the file system that is mounted. */
  readonly root: string;
  readonly path: string;
  readonly type: string;
  readonly source: string;
  /** Options of this mount and of its file system. */
  readonly options: readonly string[];
}

/** Reads the text of /proc/self/mountinfo. The error is the first line that cannot be read. */
export function parseMountinfo(text: string): Result<readonly Mount[], string> {
  const mounts: Mount[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const mount = parseLine(line);
    if (mount === undefined) return err(line);
    mounts.push(mount);
  }
  return ok(mounts);
}

function parseLine(line: string): Mount | undefined {
  const match = /^(\d+) (\d+) \S+ (\S+) (\S+) (\S+) (?:.* )?- (\S+) (\S*) (\S*)$/.exec(line);
  if (match === null) return undefined;
  const [, id = '', parent = '', root = '', at = '', own = '', type = '', source = '', shared = ''] = match;
  return {
    id: Number(id),
    parent: Number(parent),
    root: decodeOctal(root),
    path: decodeOctal(at),
    type,
    source: decodeOctal(source),
    options: [...own.split(','), ...shared.split(',')].map(decodeOctal),
  };
}

/** The mount that one sees at a path: of several upon each other the uppermost. */
export function mountAt(all: readonly Mount[], at: string): Mount | undefined {
  const here = all.filter((mount) => mount.path === at);
  return here.find((mount) => !here.some((other) => other.parent === mount.id)) ?? here.at(-1);
}
