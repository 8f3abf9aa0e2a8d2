/** The mount table of a process, /proc/PID/mountinfo: see proc(5). */
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { decodeOctal } from './octal.ts';

/** One mount. */
export interface Mount {
  readonly id: number;
  /** The id of the mount that this one is mounted on. */
  readonly parent: number;
  /** The folder of the file system that is mounted; `/` for the whole. */
  readonly root: string;
  /** The mount point. */
  readonly path: string;
  readonly type: string;
  readonly source: string;
  /** Options of this mount, then those of its file system. */
  readonly options: readonly string[];
}

/**
 * Whether a mount sees what is mounted below it elsewhere: `shared` with its peers, `slave` of a shared one, `private`
 * not at all.
 */
export type Propagation = 'private' | 'slave' | 'shared';

/** All that a line says. */
export interface MountTableLine extends Mount {
  /** `MAJOR:MINOR`. */
  readonly device: string;
  readonly propagation: Propagation;
}

/** Reads a table. The error is the first line that cannot be read. */
export function parseMountinfo(text: string): Result<readonly Mount[], string> {
  const mounts: Mount[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const read = parseMountLine(line);
    if (read === undefined) return err(line);
    const { id, parent, root, path, type, source, options } = read;
    mounts.push({ id, parent, root, path, type, source, options });
  }
  return ok(mounts);
}

/** Reads one line; undefined where it has another form. */
export function parseMountLine(line: string): MountTableLine | undefined {
  const match = /^(\d+) (\d+) (\S+) (\S+) (\S+) (\S+) (.* )?- (\S+) (\S*) (\S*)$/.exec(line);
  if (match === null) return undefined;
  const [, id, parent, device = '', root = '', path = '', own = '', tags = '', type = '', ...rest] = match;
  const [source = '', shared = ''] = rest;
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: decodeOctal(root),
    path: decodeOctal(path),
    type,
    source: decodeOctal(source),
    options: [...own.split(','), ...shared.split(',')].map(decodeOctal),
    propagation: tags.includes('shared:') ? 'shared' : tags.includes('master:') ? 'slave' : 'private',
  };
}

/** The mount that is seen at a path: of several upon each other the uppermost. */
export function mountAt(all: readonly Mount[], at: string): Mount | undefined {
  const here = all.filter((mount) => mount.path === at);
  return here.find((mount) => !here.some((other) => other.parent === mount.id)) ?? here.at(-1);
}
