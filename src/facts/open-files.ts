/** Which processes use files of Nova's folder. */
import type { Frame } from '../shell/frame.ts';
import { quoteAll, setVariables } from '../shell/quote.ts';
import listBeneath from './list-beneath.sh';
import listInodes from './list-inodes.sh';
import functions from './open-files.sh';
import { defineFact } from './query.ts';

/**
 * What identifies a file on a host, whatever its names: `DEVICE:INODE` as stat(1) prints them. It is text, because inode numbers
 * of 64 bits do not fit into a number of JavaScript: two files would look like one.
 */
export type FileId = string;

/** A process that has files of the folder open, or was started with them. */
export interface FileUser {
  readonly pid: number;
  readonly command: string;
  /** Absolute, as the kernel or the command line names them, each once. */
  readonly paths: readonly string[];
  /** The base files that it has open, by whatever names. */
  readonly bases: readonly FileId[];
}

/** Who uses what of a folder. */
export interface OpenFiles {
  readonly users: readonly FileUser[];
  /** Processes of QEMU whose open files could not be read. */
  readonly hidden: readonly { readonly pid: number; readonly command: string }[];
  readonly complete: boolean;
}

/** About 50,000 open files; more are not read, and then the answer is not complete. */
const MAX_BYTES = 8_000_000;

/**
 * Open files below the folder, by name; base files that are open, by inode; and paths below the folder in command lines.
 * Only these paths, process ids and names leave the host, because command lines hold secrets. Files on network mounts are
 * not touched.
 *
 * `seen`: the folder's path as QEMU knows it. In a container it is another than on the host.
 */
export const openFiles = defineFact<{ readonly folder: string; readonly seen: string }, OpenFiles>({
  name: 'open-files',
  script: (questions) =>
    [
      functions,
      setVariables({ list_inodes_program: listInodes, list_beneath_program: listBeneath }).trimEnd(),
      ...questions.map(({ folder, seen }) => `(find_open_files ${MAX_BYTES} ${quoteAll([folder, seen])})`),
    ].join('\n'),
  parse: (frames, questions) => {
    const starts = frames.flatMap(({ head }, index) => (head[1] === 'names' ? [index] : []));
    return questions.map((_, index) => parseUsers(frames.slice(starts[index], starts[index + 1])));
  },
});

function parseUsers(frames: readonly Frame[]): OpenFiles {
  const lines = (part: string) =>
    (frames.find(({ head }) => head[1] === part)?.body ?? '').split('\n').flatMap(parseLine);
  const names = new Map(lines('names'));
  const users = new Map<number, { paths: Set<string>; bases: Set<FileId> }>();
  const unreadable = new Set<number>();
  const userOf = (pid: number) => {
    const user = users.get(pid) ?? { paths: new Set(), bases: new Set() };
    users.set(pid, user);
    return user;
  };
  for (const [pid, path] of [...lines('links'), ...lines('words')]) {
    if (path === '') unreadable.add(pid);
    else userOf(pid).paths.add(path);
  }
  for (const [pid, id] of lines('inodes')) {
    const [, device, inode] = /^(\d+) (\d+)$/.exec(id) ?? [];
    if (device === undefined || inode === undefined) unreadable.add(pid);
    else userOf(pid).bases.add(`${device}:${inode}`);
  }
  const command = (pid: number) => names.get(pid) ?? 'unknown';
  return {
    users: [...users].map(([pid, { paths, bases }]) => ({
      pid,
      command: command(pid),
      paths: [...paths].sort(),
      bases: [...bases],
    })),
    hidden: [...unreadable]
      .map((pid) => ({ pid, command: command(pid) }))
      .filter((each) => /^(qemu|kvm)/.test(each.command)),
    complete:
      names.size > 0 &&
      frames.some(({ head }) => head[1] === 'end') &&
      frames.every(({ body }) => Buffer.byteLength(body) < MAX_BYTES),
  };
}

/** `/proc/PID/…:TEXT`. */
function parseLine(line: string): readonly (readonly [number, string])[] {
  const match = /^\/proc\/(\d+)\/[^:]*:(.*)$/.exec(line);
  return match === null ? [] : [[Number(match[1]), match[2] ?? '']];
}
