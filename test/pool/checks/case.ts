/** How a table of cases for a check is written, and what the cases of several checks are made of. */
import { accessControl } from '../../../src/facts/security.ts';
import { baseFiles } from '../../../src/facts/base-files.ts';
import type { BaseFile } from '../../../src/facts/base-files.ts';
import { diskHeader } from '../../../src/facts/disk-header.ts';
import { fileDigest } from '../../../src/facts/file-digest.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import type { DiskFile, InstanceDisks } from '../../../src/facts/instance-disks.ts';
import { mountUsers } from '../../../src/facts/mount-users.ts';
import type { MountUsers } from '../../../src/facts/mount-users.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { nova } from '../../../src/facts/nova.ts';
import { novaUsers } from '../../../src/facts/nova-users.ts';
import { folderLocation } from '../../../src/facts/folder-location.ts';
import { tcpReachability } from '../../../src/facts/tcp-reachability.ts';
import { route } from '../../../src/facts/route.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { plainDisk } from '../../../src/formats/disk/reading.ts';
import type { DiskFormat } from '../../../src/formats/disk/reading.ts';
import type { Mount } from '../../../src/formats/mountinfo.ts';
import type { Inventory } from '../../../src/inventory/inventory.ts';
import type { Settings } from '../../../src/inventory/settings.ts';
import {
  answer,
  base,
  CACHE,
  baseFile,
  debianNova,
  disks,
  folder,
  IMAGES,
  INSTANCES,
  NOVA_UNITS,
  overlay,
  rootMount,
  STORAGE,
} from '../fixture.ts';
import type { Answers } from '../fixture.ts';

/** One case: hosts that are healthy but for what it says, and every finding that the check must make of them. */
export interface CheckCase {
  readonly name: string;
  /** Default: a backend `nfs01`, compute nodes `c1` and `c2`; for checks of controllers also `ctl1`. */
  readonly inventory?: Inventory;
  readonly settings?: Partial<Settings>;
  /** Answers that differ from those of a healthy host, by host. */
  readonly facts?: Readonly<Record<string, Answers>>;
  /** Hosts that were not read, and those of them that the run tried to read. */
  readonly unread?: readonly string[];
  readonly lost?: readonly string[];
  readonly findings: readonly ExpectedFinding[];
}

export interface ExpectedFinding {
  readonly host: string;
  readonly code: string;
  readonly fields?: JsonObject;
  /** What was found, word for word. */
  readonly finding?: string;
}

export const A = 'a'.repeat(40);
export const B = 'b'.repeat(40);
export const GIB = 1024 ** 3;
export const VM = '155d900f-4e14-4e4c-a73d-069cbf4541e6';
export const BASE = `${INSTANCES}/_base`;
export const SUM = '5'.repeat(64);
export const OTHER_SUM = '6'.repeat(64);

export const noFindings: readonly ExpectedFinding[] = [];

/** The way from a client to the backend, healthy but for what is given. */
export const routed = (over: object): Answers => [
  answer(route({ address: STORAGE }), {
    address: STORAGE,
    local: false,
    source: '198.51.100.21',
    device: 'eth0',
    speed: 10000,
    ...over,
  }),
];

/** A mount table: the root folder, and these mounts below it. */
export const mounted = (...more: readonly Partial<Mount>[]): Answers => [
  answer(mounts({}), [
    rootMount,
    ...more.map((mount, index) => ({
      ...rootMount,
      id: 30 + index,
      parent: rootMount.id,
      source: '/dev/sdb',
      ...mount,
    })),
  ]),
];

/** The pool, mounted on a compute node. */
export const poolMount: Mount = {
  id: 40,
  parent: 20,
  root: '/',
  path: BASE,
  type: 'nfs4',
  source: `${STORAGE}:${CACHE}`,
  options: ['rw', `addr=${STORAGE}`],
};

/** The ids of nova and of the user that runs QEMU, as `uid:gid`; null where there is no such user. */
export const ids = (own: string | null, qemu: string | null = '64055:104'): Answers => {
  const make = (name: string, pair: string | null) => {
    const [uid, gid] = (pair ?? '').split(':').map(Number);
    return pair === null ? null : { name, uid: uid ?? 0, gid: gid ?? 0 };
  };
  return [answer(novaUsers({}), { nova: make('nova', own), hypervisor: make('libvirt-qemu', qemu) })];
};

/** Nova's configuration. */
export const novaConf = (...lines: readonly string[]): Answers => [
  answer(nova(NOVA_UNITS), { ...debianNova, files: [{ path: '/etc/nova/nova.conf', lines }] }),
];

export const selinux = (state: 'enforcing' | 'off'): Answers => [
  answer(accessControl({}), { selinux: state, apparmor: false }),
];

export const reached = (result: 'open' | 'refused' | 'timeout' | 'unreachable' | 'unknown'): Answers => [
  answer(tcpReachability({ address: STORAGE, port: 2049 }), result),
];

export { baseFile as file };

/** A compute node with these base files of one format, of which each has this digest, and these disks. */
export const withBases = (
  files: readonly BaseFile[],
  {
    format = 'raw',
    digest,
    own = [],
    skipped = [],
  }: {
    readonly format?: DiskFormat;
    readonly digest?: string | null;
    readonly own?: readonly DiskFile[];
    readonly skipped?: InstanceDisks['skipped'];
  } = {},
): Answers => [
  answer(baseFiles({ instances: INSTANCES }), { ...base('folder'), files }),
  answer(instanceDisks({ instances: INSTANCES }), {
    ...disks([
      ...files.map(({ name, size }) => ({
        path: `_base/${name}`,
        size,
        id: null,
        reading: plainDisk(format),
      })),
      ...own,
    ]),
    skipped,
  }),
  ...(digest === undefined
    ? []
    : files.map(({ name }) => answer(fileDigest({ path: `${BASE}/${name}` }), digest))),
];

/** A VM's disk on a base file, and the format that it records. */
export const diskOn = (name: string, recorded: string | null = 'raw'): DiskFile =>
  overlay(`${VM}/disk`, name, recorded);

/** A backend whose pool has one published base file. */
export const poolHas = (
  name: string,
  { size = GIB, format = 'raw', digest }: { size?: number; format?: DiskFormat; digest?: string } = {},
): Answers => [
  answer(folderFiles({ path: CACHE }), [{ name, size, inode: 9 }]),
  answer(diskHeader({ path: `${CACHE}/${name}`, bytes: 2048 }), { size, reading: plainDisk(format) }),
  ...(digest === undefined ? [] : [answer(fileDigest({ path: `${CACHE}/${name}` }), digest)]),
];

/** A backend without room for images. */
export const noRoom: Answers = [
  answer(folderLocation({ path: IMAGES }), folder(IMAGES, { space: { total: 100 * 1024 ** 2, free: 1024 } })),
];

/** A compute node with the pool, these files under it, and one VM on a base file. */
export const member = (
  underlying: readonly BaseFile[] = [],
  { users = {}, own = [diskOn(A)] }: { users?: Partial<MountUsers>; own?: readonly DiskFile[] } = {},
): Answers => [
  answer(baseFiles({ instances: INSTANCES }), { ...base('mounted'), files: underlying }),
  answer(instanceDisks({ instances: INSTANCES }), disks(own)),
  answer(mounts({}), [rootMount, poolMount]),
  answer(folderLocation({ path: INSTANCES }), folder(INSTANCES)),
  answer(mountUsers({ path: BASE }), { users: [], mounts: [], complete: true, ...users }),
];
