/** Which base files the VMs of a compute node need. */
import { posix } from 'node:path';
import { pushTo } from '../../../core/push-to.ts';
import { diskHeader } from '../../../facts/disk-header.ts';
import type { Query } from '../../../facts/fact.ts';
import type { DiskFile, InstanceDisks } from '../../../facts/instance-disks.ts';
import type { OpenFiles } from '../../../facts/open-files.ts';
import { followChain } from '../../../formats/disk/chain.ts';
import type { Seen } from '../../../formats/disk/chain.ts';
import type { DiskReading } from '../../../formats/disk/reading.ts';
import type { ComputeNode } from '../../nodes/node.ts';

/** Somebody who needs a base file. */
export interface Use {
  /** A VM's folder, which is its UUID, or a process. */
  readonly user: string;
  /** The format that the disk above it records; null where it records none. */
  readonly recordedFormat: string | null;
  /** The name by which it is opened. */
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
  /** Asks for longer headers, where what was read of a header is too short. */
  readonly questions: readonly Query[];
  /** What the header of a base file says; null where it was not or could not be read. */
  readonly readingOf: (name: string) => DiskReading | null;
}

export interface UsageInput {
  /** Nova's folder as the inventory has it. */
  readonly instances: string;
  /** The real folder of base files; null where there is none. */
  readonly base: string | null;
  readonly disks: InstanceDisks;
  readonly open: OpenFiles;
  /** The header of a file of the node, read with so many bytes; undefined until it was asked for. */
  readonly header: (query: ReturnType<typeof diskHeader>) => DiskReading | null | undefined;
}

/** Which base files a compute node's VMs need, as far as its answers tell. */
export function usageOf({ instances, base, disks, open, answer }: ComputeNode): Usage {
  return readUsage({
    instances: instances.seen,
    base: base.real,
    disks,
    open,
    header: (query) => {
      const found = answer(query);
      return found === undefined ? undefined : (found?.reading ?? null);
    },
  });
}

/** Follows the backing chain of every disk, and looks at what every process has open. Pure. */
export function readUsage(input: UsageInput): Usage {
  const { disks, open } = input;
  const uses = new Map<string, Use[]>();
  const missing = new Map<string, Use[]>();
  const unreadable: Unreadable[] = [];
  const questions: Query[] = [];
  if (disks.kind === 'remote') unreadable.push({ kind: 'network-mount', path: input.instances });
  else if (!disks.complete) unreadable.push({ kind: 'too-many-files', path: input.instances });
  unreadable.push(
    ...disks.skipped.map(({ path, what }) => ({ kind: 'not-followed', path, type: what }) as const),
  );
  const places = locate(input);
  for (const file of disks.files.filter(({ path }) => !path.startsWith('_base/'))) {
    const chain = followChain(`${places.root}/${file.path}`, places.look);
    const user = file.path.slice(0, file.path.indexOf('/')) || file.path;
    for (const { path, recordedFormat } of chain.links)
      addUse(uses, places.base(path), { user, recordedFormat, path });
    const { end } = chain;
    if (end.kind === 'unknown')
      unreadable.push({ kind: 'chain', disk: file.path, path: end.path, reason: end.reason });
    if (end.kind === 'short') questions.push(diskHeader({ path: end.path, bytes: end.needs }));
    if (end.kind === 'absent')
      addUse(missing, places.base(end.path), { user, recordedFormat: end.recordedFormat, path: end.path });
  }
  for (const { pid, command, paths } of open.users) {
    const own = paths.map((path) => places.within(path)).filter((path) => path !== undefined);
    const vm = own.find((path) => !path.startsWith('_base/') && path.includes('/'));
    const user = vm === undefined ? `${command} (pid ${pid})` : vm.slice(0, vm.indexOf('/'));
    for (const path of own.filter(places.exists))
      addUse(uses, baseOf(path), { user, recordedFormat: null, path: `${places.root}/${path}` });
  }
  unreadable.push(...open.hidden.map(({ pid, command }) => ({ kind: 'process', command, pid }) as const));
  if (!open.complete) unreadable.push({ kind: 'open-files' });
  const readings = new Map(disks.files.map(({ path, reading }) => [path, reading]));
  return { uses, missing, unreadable, questions, readingOf: (name) => readings.get(`_base/${name}`) ?? null };
}

function addUse(to: Map<string, Use[]>, name: string | undefined, use: Use): void {
  if (name === undefined) return;
  const isKnown = to
    .get(name)
    ?.some(
      ({ user, recordedFormat, path }) =>
        user === use.user && recordedFormat === use.recordedFormat && path === use.path,
    );
  if (isKnown !== true) pushTo(to, name, use);
}

/** The name in `_base` of a path within Nova's folder. */
function baseOf(path: string): string | undefined {
  return path.startsWith('_base/') ? path.slice('_base/'.length) : undefined;
}

/** Where paths, as headers and processes name them, lead to in what was read of the node. */
function locate({ instances, base, disks, header }: UsageInput) {
  const root = disks.real ?? instances;
  const files = new Map(disks.files.map((file) => [file.path, file]));
  const roots = [
    ...(base === null ? [] : [[base, '_base/'] as const]),
    [instances, ''] as const,
    [root, ''] as const,
  ];
  /** The only symbolic links below these folders are among those that were not followed, so `..` is plain text here. */
  const within = (path: string): string | undefined => {
    const found = roots.find(([folder]) => path.startsWith(`${folder}/`));
    if (found === undefined) return undefined;
    const [folder, prefix] = found;
    const inside = posix.normalize(prefix + path.slice(folder.length).replace(/^\/+/, ''));
    return inside.startsWith('../') ? undefined : inside;
  };
  const look = (path: string): Seen => {
    const inside = within(path);
    if (inside === undefined) return { kind: 'unread', reason: `it lies outside of ${instances}` };
    const file = files.get(inside);
    if (file !== undefined) return seen(file, diskHeaderOf(`${root}/${inside}`));
    const skipped = disks.skipped.some((each) => inside === each.path || inside.startsWith(`${each.path}/`));
    if (skipped || !disks.complete) return { kind: 'unread', reason: 'it was not read' };
    return { kind: 'absent' };
  };
  const diskHeaderOf = (path: string) => (bytes: number) => header(diskHeader({ path, bytes }));
  return {
    root,
    look,
    within,
    exists: (path: string) => files.has(path),
    base: (path: string) => {
      const inside = within(path);
      return inside === undefined ? undefined : baseOf(inside);
    },
  };
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
