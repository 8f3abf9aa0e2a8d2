/** What a compute node has in its own `_base`. */
import { quote, setVariables } from '../shell/quote.ts';
import functions from './base-files.sh';
import listBeneath from './list-beneath.sh';
import listOwnFiles from './list-own-files.sh';
import type { FileId } from './open-files.ts';
import { defineFact } from './query.ts';

/** One entry of a folder. */
export interface BaseFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits in octal. */
  readonly mode: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly id: FileId;
  /** Above 2^53 it is rounded; then nothing that was planned with it is done. */
  readonly inode: number;
  readonly directory: boolean;
}

export interface BaseFiles {
  /**
   * `mounted`: a network file system is mounted there, and `files` are those under the mount. `remote`: Nova's whole
   * folder is on a network mount, so nothing was read.
   */
  readonly kind: 'absent' | 'folder' | 'mounted' | 'remote';
  /** The path of `_base` with all symbolic links followed; null where Nova's folder is missing or was not read. */
  readonly real: string | null;
  readonly files: readonly BaseFile[];
  /** Whether `files` are all entries. */
  readonly complete: boolean;
}

/** About 10,000 entries; more are not read, and then the answer is not complete. */
const MAX_BYTES = 1_000_000;

/** Shell that lists the current folder as `readListing` reads it. */
export const LIST_CURRENT_FOLDER = `sh -c ${quote(listOwnFiles)} sh . ${MAX_BYTES}`;

/** The entries of `_base` in Nova's folder of instances. Never touches a network mount (docs/facts.md#fact-24). */
export const baseFiles = defineFact<{ readonly instances: string }, BaseFiles>({
  name: 'base-files',
  script: (questions) =>
    [
      functions,
      setVariables({ list_program: listOwnFiles, list_beneath_program: listBeneath }).trimEnd(),
      ...questions.map(({ instances }) => `(read_base ${MAX_BYTES} ${quote(instances)})`),
    ].join('\n'),
  parse: (frames, questions) => questions.map((_, index) => parseBase(frames[index])),
});

function parseBase(frame: { head: readonly string[]; body: string } | undefined): BaseFiles {
  const [, word, ...path] = frame?.head ?? [];
  const real = path.length === 0 ? null : path.join(' ');
  if (word === 'absent') return { kind: 'absent', real, files: [], complete: true };
  if (word !== 'folder' && word !== 'mounted') return { kind: 'remote', real, files: [], complete: false };
  return { kind: word, real, ...readListing(frame?.body ?? '') };
}

/** Reads what `list-own-files.sh` prints. */
export function readListing(body: string): Pick<BaseFiles, 'files' | 'complete'> {
  const files = body.split('//\n').flatMap(parseFile);
  return { files, complete: body.endsWith('end\n') && Buffer.byteLength(body) < MAX_BYTES };
}

function parseFile(record: string): readonly BaseFile[] {
  const match = /^([0-9a-f]+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) \.\/(.+)$/s.exec(record);
  if (match === null) return [];
  const [, raw = '', size, uid, gid, mtime, device = '', inode = '', name = ''] = match;
  const bits = parseInt(raw, 16);
  return [
    {
      name,
      size: Number(size),
      uid: Number(uid),
      gid: Number(gid),
      mode: (bits & 0o7777).toString(8).padStart(4, '0'),
      mtime: Number(mtime),
      id: `${device}:${inode}`,
      inode: Number(inode),
      directory: bits >> 12 === 4,
    },
  ];
}
