/** Finds out which file of Nova's folder a path means, as a disk, a process or a command line names it. */
import { posix } from 'node:path';
import { isBelow } from '../../../core/path.ts';
import { pushTo } from '../../../core/push-to.ts';
import type { BaseFiles } from '../../../facts/base-files.ts';
import { diskHeader } from '../../../facts/disk-header.ts';
import type { Query, TypedQuery } from '../../../facts/fact.ts';
import { fileId } from '../../../facts/file-id.ts';
import type { DiskFile, InstanceDisks } from '../../../facts/instance-disks.ts';
import type { FileId } from '../../../facts/open-files.ts';
import type { Seen } from '../../../formats/disk/chain.ts';
import type { DiskReading } from '../../../formats/disk/reading.ts';
import type { NodeFolder } from '../../nodes/folder.ts';

export interface LocateInput {
  readonly instances: NodeFolder;
  readonly base: BaseFiles;
  readonly disks: InstanceDisks;
  readonly answer: <Answer>(query: TypedQuery<Answer>) => Answer | undefined;
}

/** The files of Nova's folder, by all their names. */
export interface FileMap {
  /** The path by which QEMU opens a file of the folder. */
  readonly pathOf: (inside: string) => string;
  /** The path on the host of a file that QEMU opens by this path. */
  readonly hostPath: (path: string) => string;
  /** The path within the folder, by name alone; undefined where the path leads elsewhere by name. */
  readonly within: (path: string) => string | undefined;
  /** What is at a path, as far as it was read. */
  readonly look: (path: string) => Seen;
  /** What must still be read to know which file a path means; undefined where that is known, or cannot be known. */
  readonly questionAbout: (path: string) => Query | undefined;
  /** Asks for so many bytes of the file that a path means. */
  readonly headerQuestion: (path: string, bytes: number) => Query;
  /** The names of the base files that a path means. A base file that is missing counts too. */
  readonly basesAt: (path: string) => readonly string[];
  /** The names of the base files that are this file. */
  readonly basesWith: (id: FileId) => readonly string[];
  readonly hasBase: (name: string) => boolean;
}

const BASE_PREFIX = '_base/';

/** The name in `_base` of a path within Nova's folder; undefined for a path that is not in `_base`. */
export function baseNameIn(inside: string): string | undefined {
  return inside.startsWith(BASE_PREFIX) ? inside.slice(BASE_PREFIX.length) : undefined;
}

/** Takes apart what was read of a node. Pure. */
export function locateFiles({ instances, base, disks, answer }: LocateInput): FileMap {
  const root = disks.real ?? instances.host;
  const isSameForQemu = instances.seen === instances.host;
  const byPath = new Map(disks.files.map((file) => [file.path, file]));
  const byId = indexById(disks.files);
  // under a mount the files have the names, but not the paths, of base files
  const bases = base.kind === 'folder' ? base.files : [];
  const basesById = new Map<FileId, string[]>();
  for (const file of bases) pushTo(basesById, file.id, file.name);
  const roots: readonly (readonly [string, string])[] = [
    ...(base.real === null ? [] : [[base.real, BASE_PREFIX] as const]),
    [instances.seen, ''],
    [instances.host, ''],
    [root, ''],
  ];

  /** The only symbolic links below these folders are among those that were not followed, so `..` is plain text here. */
  const within = (path: string): string | undefined => {
    const found = roots.find(([folder]) => path !== folder && isBelow(path, folder));
    if (found === undefined) return undefined;
    const [folder, prefix] = found;
    const inside = posix.normalize(prefix + path.slice(folder.length).replace(/^\/+/, ''));
    return inside.startsWith('../') ? undefined : inside;
  };

  const question = (path: string) => fileId({ path });
  /** The path within the folder, by name, by the path with all symbolic links followed, or by device and inode. */
  const resolve = (path: string): string | undefined => {
    const byName = within(path);
    if (byName !== undefined || !isSameForQemu) return byName;
    const found = answer(question(path));
    if (found === undefined || !('real' in found)) return undefined;
    return within(found.real) ?? (found.kind === 'file' ? byId.get(found.id)?.path : undefined);
  };
  const basesWith = (id: FileId) => basesById.get(id) ?? [];
  const pathOf = (inside: string) => `${isSameForQemu ? root : instances.seen}/${inside}`;
  const hostPath = (path: string): string =>
    !isSameForQemu && isBelow(path, instances.seen) ? root + path.slice(instances.seen.length) : path;
  const headerOf = (inside: string, bytes: number) => diskHeader({ path: `${root}/${inside}`, bytes });
  const longerHeader = (inside: string) => (bytes: number) => {
    const found = answer(headerOf(inside, bytes));
    return found === undefined ? undefined : (found?.reading ?? null);
  };

  return {
    pathOf,
    hostPath,
    within,
    look: (path) => {
      const inside = resolve(path);
      if (inside === undefined) return { kind: 'unread', reason: `it lies outside of ${instances.seen}` };
      const file = byPath.get(inside);
      if (file !== undefined) return seen(file, longerHeader(file.path));
      const isSkipped = disks.skipped.some((each) => isBelow(inside, each.path));
      return isSkipped || !disks.complete
        ? { kind: 'unread', reason: 'it was not read' }
        : { kind: 'absent' };
    },
    questionAbout: (path) =>
      isSameForQemu && within(path) === undefined && answer(question(path)) === undefined
        ? question(path)
        : undefined,
    headerQuestion: (path, bytes) => {
      const inside = resolve(path);
      return inside === undefined ? diskHeader({ path: hostPath(path), bytes }) : headerOf(inside, bytes);
    },
    basesAt: (path) => {
      const inside = resolve(path);
      if (inside === undefined) return [];
      const name = baseNameIn(inside);
      if (name !== undefined) return [name];
      const id = byPath.get(inside)?.id ?? null;
      return id === null ? [] : basesWith(id);
    },
    basesWith,
    hasBase: (name) => byPath.has(`${BASE_PREFIX}${name}`),
  };
}

function indexById(files: readonly DiskFile[]): ReadonlyMap<FileId, DiskFile> {
  return new Map(files.flatMap((file) => (file.id === null ? [] : [[file.id, file] as const])));
}

function seen(file: DiskFile, more: (bytes: number) => DiskReading | null | undefined): Seen {
  let best = file.reading;
  while (best?.kind === 'short') {
    const longer = more(best.needs);
    if (longer === undefined) break;
    best = longer;
  }
  return best === null
    ? { kind: 'unread', reason: 'it could not be read' }
    : { kind: 'file', reading: best, size: file.size };
}
