import { posix } from 'node:path';
import { followChain } from '../../../formats/disk/chain.ts';
import type { Seen } from '../../../formats/disk/chain.ts';
import type { DiskReading } from '../../../formats/disk/reading.ts';
import { diskHeader } from '../../../facts/disk-header.ts';
import type { Query } from '../../../facts/fact.ts';
import type { DiskFile, InstanceDisks } from '../../../facts/instance-disks.ts';
import type { OpenFiles } from '../../../facts/open-files.ts';
import type { ComputeNode } from '../../nodes/nodes.ts';

/** Somebody who needs a base file. */
export interface Use {
  /** A VM's folder, which is its UUID, or a process. */
  readonly user: string;
  /** The format that the disk above records for it. */
  readonly recordedFormat: string | null;
  /** The name by which it is opened. */
  readonly path: string;
}

/** Which base files a node's VMs need. */
export interface Usage {
  readonly uses: ReadonlyMap<string, readonly Use[]>;
  /** Base files that disks need and that are not there. */
  readonly missing: ReadonlyMap<string, readonly Use[]>;
  /** What could not be followed, and so counts as using everything. */
  readonly unreadable: readonly string[];
  /** Headers that go on further than was read. */
  readonly questions: readonly Query[];
}

export interface UsageInput {
  /** Nova's folder as the inventory has it. */
  readonly instances: string;
  /** The real folder of base files; null where there is none. */
  readonly base: string | null;
  readonly disks: InstanceDisks;
  readonly open: OpenFiles;
  /** The header of a file of the node, read with so many bytes; undefined where it was not asked for yet. */
  readonly header: (query: ReturnType<typeof diskHeader>) => DiskReading | null | undefined;
}

/** Which base files a compute node's VMs need, as far as its answers tell. */
export function usageOf({ host, base, disks, open, answer }: ComputeNode): Usage {
  return readUsage({
    instances: host.settings.nova.instances,
    base: base.real,
    disks,
    open,
    header: (query) => {
      const found = answer(query);
      return found === undefined ? undefined : (found?.reading ?? null);
    },
  });
}

/** Follows every disk, and asks every process. Pure. */
export function readUsage(input: UsageInput): Usage {
  const { disks, open } = input;
  const uses = new Map<string, Use[]>();
  const missing = new Map<string, Use[]>();
  const blind: string[] = [];
  const questions: Query[] = [];
  if (disks.kind === 'far') blind.push(`${input.instances} is on a network mount and was not looked at`);
  if (!disks.complete && disks.kind !== 'far')
    blind.push(`${input.instances} holds too many files to look at`);
  blind.push(...disks.skipped.map(({ path, what }) => `${path} is ${what} and was not followed`));
  const places = locate(input);
  for (const file of disks.files.filter(({ path }) => !path.startsWith('_base/'))) {
    const chain = followChain(`${places.root}/${file.path}`, places.look);
    const user = file.path.slice(0, file.path.indexOf('/')) || file.path;
    for (const { path, told } of chain.links)
      add(uses, places.base(path), { user, recordedFormat: told, path });
    const { end } = chain;
    if (end.kind === 'unknown') blind.push(`${file.path}: ${end.reason} (${end.path})`);
    if (end.kind === 'short') questions.push(diskHeader({ path: end.path, bytes: end.needs }));
    if (end.kind === 'absent')
      add(missing, places.base(end.path), { user, recordedFormat: end.told, path: end.path });
  }
  for (const { pid, command, paths } of open.users) {
    const own = paths.map((path) => places.within(path)).filter((path) => path !== undefined);
    const vm = own.find((path) => !path.startsWith('_base/') && path.includes('/'));
    const user = vm === undefined ? `${command} (pid ${pid})` : vm.slice(0, vm.indexOf('/'));
    for (const path of own.filter(places.exists))
      add(uses, baseOf(path), { user, recordedFormat: null, path: `${places.root}/${path}` });
  }
  blind.push(...open.hidden.map(({ pid, command }) => `${command} (pid ${pid}) could not be looked at`));
  if (!open.complete) blind.push('not all open files could be listed');
  return { uses, missing, unreadable: blind, questions };
}

function add(to: Map<string, Use[]>, name: string | undefined, use: Use): void {
  if (name === undefined) return;
  const known = to.get(name) ?? [];
  const same = ({ user, recordedFormat: told, path }: Use) =>
    user === use.user && told === use.recordedFormat && path === use.path;
  if (!known.some(same)) known.push(use);
  to.set(name, known);
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
  /** Below these folders are no symbolic links but those that were skipped, so `..` can be taken by its letters. */
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
    if (skipped || !disks.complete) return { kind: 'unread', reason: 'it was not looked at' };
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
