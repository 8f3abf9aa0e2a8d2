/** Who uses a network mount, and which network mounts there are. */
import { FactError } from './fact.ts';
import type { Frame } from '../shell/frame.ts';
import { quoteAll } from '../shell/quote.ts';
import { REMOTE_MOUNT_PATTERN } from '../formats/network-file-systems.ts';
import functions from './mount-users.sh';
import { defineFact } from './query.ts';
import { parseMountinfo } from '../formats/mountinfo.ts';
import type { Mount } from '../formats/mountinfo.ts';

/** A process that has a file open below a mount point, or has its working folder there. */
export interface MountUser {
  readonly pid: number;
  readonly command: string;
  readonly path: string;
  /** `beneath`: proved to be a file of the folder under the mount. Such a process, of a VM for example, is older than the mount. */
  readonly where: 'mounted' | 'beneath' | 'unknown';
}

/** A mount in the table of a process. */
export interface SeenMount {
  readonly pid: number;
  readonly mount: Mount;
}

export interface MountUsers {
  readonly users: readonly MountUser[];
  /** Every network mount that any process sees, once for each path and source. */
  readonly mounts: readonly SeenMount[];
  /** Whether everything could be read. */
  readonly complete: boolean;
}

/** About 50,000 lines; more are not read, and then the answer is not complete. */
const MAX_BYTES = 8_000_000;

/**
 * A process may have a mount table of its own: libvirt gives one to each QEMU. So the mount of a file is looked up in the
 * table of the process that has it open. Only /proc is looked at, so no network mount is touched
 * (docs/facts.md#fact-24).
 */
export const mountUsers = defineFact<{ readonly path: string }, MountUsers>({
  name: 'mount-users',
  script: (questions) =>
    [
      functions,
      ...questions.map(({ path }) => `find_users ${MAX_BYTES} ${quoteAll([path, REMOTE_MOUNT_PATTERN])}`),
    ].join('\n'),
  parse: (frames, questions) => {
    const starts = frames.flatMap(({ head }, index) => (head[1] === 'names' ? [index] : []));
    return questions.map((_, index) => parseUsers(frames.slice(starts[index], starts[index + 1])));
  },
});

function parseUsers(frames: readonly Frame[]): MountUsers {
  const lines = (part: string) => (frames.find(({ head }) => head[1] === part)?.body ?? '').split('\n');
  const names = new Map(
    lines('names').flatMap((line) => {
      const match = /^\/proc\/(\d+)\/comm:(.*)$/.exec(line);
      return match === null ? [] : [[Number(match[1]), match[2] ?? ''] as const];
    }),
  );
  const users = lines('open').flatMap((line): readonly MountUser[] => {
    const match = /^(mounted|beneath|unknown):\/proc\/(\d+)\/[^:]*:(.*)$/.exec(line);
    if (match === null) return [];
    const [, where = '', digits, path = ''] = match;
    const pid = Number(digits);
    const kind = where === 'mounted' || where === 'beneath' ? where : 'unknown';
    return [{ pid, command: names.get(pid) ?? 'unknown', path, where: kind }];
  });
  const mounts = new Map<string, SeenMount>();
  for (const line of lines('mounts')) {
    const match = /^\/proc\/(\d+)\/mountinfo:(.*)$/.exec(line);
    const read = match === null ? undefined : parseMountinfo(match[2] ?? '');
    if (read?.ok === false) throw new FactError(`not a line of mountinfo: ${read.error}`);
    const mount = read?.value[0];
    const key = `${mount?.path ?? ''} ${mount?.source ?? ''}`;
    if (mount !== undefined && !mounts.has(key)) mounts.set(key, { pid: Number(match?.[1]), mount });
  }
  return {
    users,
    mounts: [...mounts.values()],
    complete:
      frames.some(({ head }) => head[1] === 'end') &&
      frames.every(({ body }) => Buffer.byteLength(body) < MAX_BYTES),
  };
}
