/** The disks of a compute node's VMs. */
import { encodeBytes } from '../core/bytes.ts';
import { quote } from '../shell/quote.ts';
import { readDisk } from '../formats/disk/headers.ts';
import type { DiskReading } from '../formats/disk/reading.ts';
import functions from './instance-disks.sh';
import type { FileId } from './open-files.ts';
import { defineFact } from './query.ts';

/** A regular file below Nova's folder of instances; base files too. */
export interface DiskFile {
  /** Within the folder, such as `_base/2ab…` or `UUID/disk`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Null where it could not be read. */
  readonly id: FileId | null;
  /** Null where it could not be read. */
  readonly reading: DiskReading | null;
}

export interface InstanceDisks {
  /** `remote`: the folder is on a network mount, so nothing was read. */
  readonly kind: 'absent' | 'folder' | 'remote';
  /** The path of the folder with all symbolic links followed; null where that is not known. */
  readonly real: string | null;
  readonly files: readonly DiskFile[];
  /** What was not followed: symbolic links, devices, network mounts. */
  readonly skipped: readonly { readonly path: string; readonly what: string }[];
  /** Whether `files` and `skipped` are everything. */
  readonly complete: boolean;
}

/** Enough for a header, its extensions and the name of a backing file, as qemu-img writes them. */
const HEADER_BYTES = 2048;

/** More files than any node has, and deeper folders than Nova makes. Beyond them the answer is not complete. */
const MAX_FILES = 10_000;
const MAX_DEPTH = 6;

/** All that may be a disk below Nova's folder, with its header. Never touches a network mount (docs/facts.md#fact-24). */
export const instanceDisks = defineFact<{ readonly instances: string }, InstanceDisks>({
  name: 'instance-disks',
  script: (questions) =>
    [
      functions,
      ...questions.map(
        ({ instances }) => `(read_disks ${MAX_FILES} ${MAX_DEPTH} ${HEADER_BYTES} ${quote(instances)})`,
      ),
    ].join('\n'),
  parse: (frames, questions) => {
    const groups: (typeof frames)[number][][] = [];
    for (const frame of frames) {
      const [, word = ''] = frame.head;
      if (['remote', 'absent', 'folder'].includes(word)) groups.push([]);
      groups.at(-1)?.push(frame);
    }
    return questions.map((_, index) => parseDisks(groups[index] ?? []));
  },
});

interface Part {
  readonly head: readonly string[];
  readonly body: string;
}

function parseDisks([first, ...rest]: readonly Part[]): InstanceDisks {
  const [, kind, ...words] = first?.head ?? [];
  if (first === undefined || kind !== 'folder')
    return {
      kind: kind === 'absent' ? 'absent' : 'remote',
      real: null,
      files: [],
      skipped: [],
      complete: kind === 'absent',
    };
  const stats = new Map(first.body.split('//\n').flatMap(parseStat));
  const files: DiskFile[] = [];
  const skipped: { path: string; what: string }[] = [];
  for (const [index, { head, body }] of rest.entries()) {
    const [path, tail] = splitAtNul(body);
    if (head[1] === 'skipped') skipped.push({ path, what: tail });
    if (head[1] !== 'file') continue;
    const { size, id } = stats.get(path) ?? { size: undefined, id: null };
    const failed = size === undefined || rest[index + 1]?.head[1] === 'unread';
    files.push({ path, size: size ?? 0, id, reading: failed ? null : readDisk(encodeBytes(tail), size) });
  }
  const complete = rest.at(-1)?.head[1] === 'complete';
  return { kind: 'folder', real: words.join(' '), files, skipped, complete };
}

interface Stat {
  readonly size: number;
  readonly id: FileId;
}

/** `SIZE DEVICE INODE ./PATH`. */
function parseStat(record: string): readonly (readonly [string, Stat])[] {
  const match = /^(\d+) (\d+) (\d+) \.\/(.+)$/s.exec(record);
  if (match === null) return [];
  const [, size = '', device = '', inode = '', path = ''] = match;
  return [[path, { size: Number(size), id: `${device}:${inode}` }]];
}

/** A name with its `./`, and what follows it. */
function splitAtNul(body: string): readonly [string, string] {
  const end = body.indexOf('\0');
  return [body.slice(2, end < 0 ? undefined : end), end < 0 ? '' : body.slice(end + 1)];
}
