/**
 * Which base files the VMs of a compute node need. A file is known by device and inode, and by its names: a match of
 * either proves that it is used. So a base file that is open under another name, or that a disk leads to by another path,
 * counts as used.
 */
import { pushTo } from '../../../core/push-to.ts';
import type { Query } from '../../../facts/fact.ts';
import type { FileUser, OpenFiles } from '../../../facts/open-files.ts';
import { followChain } from '../../../formats/disk/chain.ts';
import type { DiskReading } from '../../../formats/disk/reading.ts';
import type { ComputeNode } from '../../nodes/node.ts';
import { baseNameIn, locateFiles } from './locate.ts';
import type { FileMap, LocateInput } from './locate.ts';

/** Somebody who needs a base file. */
export interface Use {
  /** A VM's folder, which is its UUID, or a process. */
  readonly user: string;
  /** The format that the disk above it records; null where it records none. */
  readonly recordedFormat: string | null;
  /** The path by which it is opened. */
  readonly path: string;
}

/** Something that could not be read, so that it counts as using every base file. */
export type Unreadable =
  /** The folder of instances is on a network mount, or holds too many files. */
  | { readonly kind: 'network-mount' | 'too-many-files'; readonly path: string }
  /** A symbolic link, a device or the like: `type` says what. */
  | { readonly kind: 'not-followed'; readonly path: string; readonly type: string }
  /** The backing chain of a disk could not be followed to its end. */
  | { readonly kind: 'chain'; readonly disk: string; readonly path: string; readonly reason: string }
  | { readonly kind: 'process'; readonly command: string; readonly pid: number }
  | { readonly kind: 'open-files' };

/** Which base files a node's VMs need. */
export interface Usage {
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  /** Base files that disks need and that are missing. */
  readonly missing: ReadonlyMap<string, readonly Use[]>;
  readonly unreadable: readonly Unreadable[];
  /** What must be read first: headers that are longer than what was read, and files outside of Nova's folder. */
  readonly questions: readonly Query[];
  /** What the header of a base file says; null where it was not or could not be read. */
  readonly readingOf: (name: string) => DiskReading | null;
}

export interface UsageInput extends LocateInput {
  readonly open: OpenFiles;
}

/** Which base files a compute node's VMs need, as far as its answers tell. */
export function usageOf({ instances, base, disks, open, answer }: ComputeNode): Usage {
  return readUsage({ instances, base, disks, open, answer });
}

/** Follows the backing chain of every disk, and looks at what every process has open. Pure. */
export function readUsage(input: UsageInput): Usage {
  const { instances, disks, open } = input;
  const found: Found = { uses: new Map(), missing: new Map(), unreadable: [], questions: [] };
  if (disks.kind === 'remote') found.unreadable.push({ kind: 'network-mount', path: instances.host });
  else if (!disks.complete) found.unreadable.push({ kind: 'too-many-files', path: instances.host });
  for (const { path, what } of disks.skipped)
    found.unreadable.push({ kind: 'not-followed', path, type: what });
  const files = locateFiles(input);
  for (const { path } of disks.files) if (baseNameIn(path) === undefined) readDisk(path, files, found);
  for (const user of open.users) readProcess(user, files, found);
  for (const { pid, command } of open.hidden) found.unreadable.push({ kind: 'process', command, pid });
  if (!open.complete) found.unreadable.push({ kind: 'open-files' });
  const readings = new Map(disks.files.map(({ path, reading }) => [path, reading]));
  return { ...found, readingOf: (name) => readings.get(`_base/${name}`) ?? null };
}

interface Found {
  readonly uses: Map<string, Use[]>;
  readonly missing: Map<string, Use[]>;
  readonly unreadable: Unreadable[];
  readonly questions: Query[];
}

/** Follows the backing chain of one disk. */
function readDisk(disk: string, files: FileMap, found: Found): void {
  const user = disk.slice(0, disk.indexOf('/')) || disk;
  const { links, end } = followChain(files.pathOf(disk), files.look);
  for (const { path, recordedFormat } of links)
    for (const name of files.basesAt(path))
      addUse(found.uses, name, { user, recordedFormat, path: files.hostPath(path) });
  switch (end.kind) {
    case 'unknown': {
      const query = files.questionAbout(end.path);
      if (query === undefined)
        found.unreadable.push({ kind: 'chain', disk, path: end.path, reason: end.reason });
      else found.questions.push(query);
      return;
    }
    case 'short':
      found.questions.push(files.headerQuestion(end.path, end.needs));
      return;
    case 'absent':
      for (const name of files.basesAt(end.path))
        addUse(found.missing, name, {
          user,
          recordedFormat: end.recordedFormat,
          path: files.hostPath(end.path),
        });
      return;
    case 'whole':
    case 'remote':
      return;
  }
}

/** The kernel adds this to the path of an open file that has no name any more. */
const DELETED = / \(deleted\)$/;

/** Base files that a process has open, or was started with. */
function readProcess({ pid, command, paths, bases }: FileUser, files: FileMap, found: Found): void {
  const inside = paths.flatMap((path) => files.within(path) ?? []);
  const vm = inside.find((path) => baseNameIn(path) === undefined && path.includes('/'));
  const user = vm === undefined ? `${command} (pid ${pid})` : vm.slice(0, vm.indexOf('/'));
  const use = (name: string) =>
    addUse(found.uses, name, {
      user,
      recordedFormat: null,
      path: files.hostPath(files.pathOf(`_base/${name}`)),
    });
  // a name that was deleted and made again is another file now, but the process needs one of this name
  for (const path of inside.flatMap((each) => [each, each.replace(DELETED, '')])) {
    const name = baseNameIn(path);
    if (name !== undefined && files.hasBase(name)) use(name);
  }
  for (const id of bases) for (const name of files.basesWith(id)) use(name);
}

function addUse(to: Map<string, Use[]>, name: string, use: Use): void {
  const isKnown = to
    .get(name)
    ?.some(
      ({ user, recordedFormat, path }) =>
        user === use.user && recordedFormat === use.recordedFormat && path === use.path,
    );
  if (isKnown !== true) pushTo(to, name, use);
}
