/** A base file is known by device and inode and by its names: whatever leads to it proves that it is used. */
import { describe, expect, test } from 'vitest';
import type { BaseFiles } from '../../../src/facts/base-files.ts';
import type { TypedQuery } from '../../../src/facts/fact.ts';
import { diskHeader } from '../../../src/facts/disk-header.ts';
import { fileId } from '../../../src/facts/file-id.ts';
import type { FoundFile } from '../../../src/facts/file-id.ts';
import type { InstanceDisks } from '../../../src/facts/instance-disks.ts';
import type { FileId, FileUser } from '../../../src/facts/open-files.ts';
import { plainDisk } from '../../../src/formats/disk/reading.ts';
import type { DiskReading } from '../../../src/formats/disk/reading.ts';
import { readUsage } from '../../../src/pool/decisions/bases/usage.ts';
import type { NodeFolder } from '../../../src/pool/nodes/folder.ts';
import { sameFolder } from '../../../src/pool/nodes/folder.ts';
import { base, disks, INSTANCES } from '../fixture.ts';

const NAME = 'b'.repeat(40);
const OTHER = 'c'.repeat(40);
const VM = '11111111-0000-4000-8000-000000000001';
const ID: FileId = '1:7';
const OTHER_ID: FileId = '1:8';
const ELSEWHERE: FileId = '1:99';
/** In a container: the host's folder of a volume. */
const VOLUME: NodeFolder = { host: '/var/lib/docker/volumes/nova/_data/instances', seen: INSTANCES };

/** A node with two base files, `NAME` and `OTHER`, and what leads to them. */
interface Scene {
  readonly instances?: NodeFolder;
  /** Where Nova's folder and `_base` really are; in Nova's folder on the host unless given. */
  readonly realInstances?: string;
  readonly realBase?: string;
  /** The backing file of a VM's disk. */
  readonly backing?: string;
  /** The format that the disk records for it; raw unless given. */
  readonly recorded?: string;
  /** What is at paths outside of Nova's folder; a path that is missing here was not asked for yet. */
  readonly outside?: Readonly<Record<string, FoundFile>>;
  readonly user?: Partial<FileUser>;
  /** The header of `NAME`; raw unless given. */
  readonly header?: DiskReading;
  /** Beneath a mount; `_base` is not walked then. */
  readonly mounted?: boolean;
}

function usage(scene: Scene) {
  const { instances = sameFolder(INSTANCES), outside = {}, backing, user, mounted = false } = scene;
  const real = scene.realInstances ?? instances.host;
  const [first, second] = base('folder', [NAME, OTHER]).files;
  if (first === undefined || second === undefined) throw new Error('two files');
  const bases: BaseFiles = {
    kind: mounted ? 'mounted' : 'folder',
    real: scene.realBase ?? `${real}/_base`,
    files: [
      { ...first, id: ID },
      { ...second, id: OTHER_ID },
    ],
    complete: true,
  };
  const own = { path: `_base/${NAME}`, size: 5, id: ID, reading: scene.header ?? plainDisk('raw') };
  const other = { path: `_base/${OTHER}`, size: 5, id: OTHER_ID, reading: plainDisk('raw') };
  const disk = {
    path: `${VM}/disk`,
    size: 5,
    id: '1:20',
    reading: plainDisk('qcow2', { backing: { name: backing ?? '', format: scene.recorded ?? 'raw' } }),
  };
  const found: InstanceDisks = {
    ...disks([...(mounted ? [] : [own, other]), ...(backing === undefined ? [] : [disk])]),
    real,
  };
  const users: readonly FileUser[] =
    user === undefined ? [] : [{ pid: 77, command: 'qemu-system-x86', paths: [], bases: [], ...user }];
  const answers = new Map<string, FoundFile>(
    Object.entries(outside).map(([path, answer]) => [fileId({ path }).key, answer]),
  );
  const result = readUsage({
    instances,
    base: bases,
    disks: found,
    open: { users, hidden: [], complete: true },
    answer: <Answer>({ key }: TypedQuery<Answer>) => answers.get(key) as Answer | undefined,
  });
  return {
    used: [...result.uses.keys()],
    missing: [...result.missing.keys()],
    unreadable: result.unreadable.map((each) => ('reason' in each ? each.reason : each.kind)),
    asked: result.questions.map(({ key }) => key),
  };
}

const file = (real: string, id: FileId): FoundFile => ({ kind: 'file', id, real });
const proved = { used: [NAME], missing: [], unreadable: [], asked: [] };
const unproved = (reason: RegExp) => ({
  used: [],
  missing: [],
  unreadable: [expect.stringMatching(reason)],
  asked: [],
});
const OUTSIDE = /^it lies outside of/;

describe('a disk leads to a base file', () => {
  test.each<[string, Scene, object]>([
    ['by its name', { backing: `${INSTANCES}/_base/${NAME}` }, proved],
    [
      'by a hard link elsewhere',
      { backing: '/srv/link', outside: { '/srv/link': file('/srv/link', ID) } },
      proved,
    ],
    [
      'by a symbolic link elsewhere',
      { backing: '/srv/link', outside: { '/srv/link': file(`${INSTANCES}/_base/${NAME}`, ID) } },
      proved,
    ],
    [
      'by a bind mount of _base',
      { backing: `/srv/bound/${NAME}`, outside: { [`/srv/bound/${NAME}`]: file(`/srv/bound/${NAME}`, ID) } },
      proved,
    ],
    [
      'through the configured name of a folder that is a symbolic link',
      { realInstances: '/data/nova', backing: `${INSTANCES}/_base/${NAME}` },
      proved,
    ],
    [
      'through the real name of such a folder',
      { realInstances: '/data/nova', backing: `/data/nova/_base/${NAME}` },
      proved,
    ],
    [
      'through the real name of a _base that is a symbolic link',
      { realBase: '/data/base', backing: `/data/base/${NAME}` },
      proved,
    ],
    [
      'in a container, by the path there',
      { instances: VOLUME, backing: `${INSTANCES}/_base/${NAME}` },
      proved,
    ],
    [
      'in a container, by the path on the host',
      { instances: VOLUME, backing: `${VOLUME.host}/_base/${NAME}` },
      proved,
    ],
    [
      'that is missing, by a symbolic link elsewhere',
      {
        backing: '/srv/link',
        mounted: true,
        outside: { '/srv/link': { kind: 'remote', real: `${INSTANCES}/_base/${NAME}` } },
      },
      { used: [], missing: [NAME], unreadable: [], asked: [] },
    ],
  ])('%s', (_, scene, expected) => {
    expect(usage(scene)).toEqual(expected);
  });
});

describe('a disk leads to a file that is not known, so it counts as using every base file', () => {
  test.each<[string, Scene, RegExp]>([
    ['another file elsewhere', { outside: { '/srv/x': file('/srv/x', ELSEWHERE) } }, OUTSIDE],
    ['nothing elsewhere', { outside: { '/srv/x': { kind: 'absent' } } }, OUTSIDE],
    ['something on a network mount', { outside: { '/srv/x': { kind: 'remote', real: '/srv/x' } } }, OUTSIDE],
    ['something that did not answer', { outside: { '/srv/x': { kind: 'unread' } } }, OUTSIDE],
    ['a path that only a container knows', { instances: VOLUME }, OUTSIDE],
    // gc must not free it: under the pool's mount it has no path of its own
    [
      'an underlying file, by a bind mount',
      { mounted: true, outside: { '/srv/x': file('/srv/x', ID) } },
      OUTSIDE,
    ],
  ])('%s', (_, scene, reason) => {
    expect(usage({ backing: '/srv/x', ...scene })).toEqual(unproved(reason));
  });

  test('a path elsewhere is asked for first', () => {
    expect(usage({ backing: '/srv/x' })).toEqual({
      used: [],
      missing: [],
      unreadable: [],
      asked: [fileId({ path: '/srv/x' }).key],
    });
  });
});

test("a longer header is asked of the file in Nova's folder, by whatever path a disk leads to it", () => {
  const header: DiskReading = { kind: 'short', format: 'qcow2', needs: 50_000 };
  const outside = { '/srv/link': file('/srv/link', ID) };
  const { asked } = usage({ backing: '/srv/link', recorded: 'qcow2', outside, header });
  expect(asked).toEqual([diskHeader({ path: `${INSTANCES}/_base/${NAME}`, bytes: 50_000 }).key]);
});

describe('a process has a base file', () => {
  test.each<[string, Scene, readonly string[]]>([
    ['open by its name', { user: { paths: [`${INSTANCES}/_base/${NAME}`] } }, [NAME]],
    ['open by a hard link elsewhere', { user: { bases: [ID] } }, [NAME]],
    [
      'open, and both of its names',
      { user: { paths: [`${INSTANCES}/_base/${OTHER}`], bases: [ID] } },
      [OTHER, NAME],
    ],
    [
      'open, that was renamed: its old name is in the command line only',
      { user: { paths: [`${INSTANCES}/_base/old`], bases: [ID] } },
      [NAME],
    ],
    [
      'open that was deleted, and the name is another file now: a restart needs one of that name',
      { user: { paths: [`${INSTANCES}/_base/${NAME} (deleted)`] } },
      [NAME],
    ],
    [
      'open that was deleted, and nothing has that name',
      { user: { paths: [`${INSTANCES}/_base/x (deleted)`] } },
      [],
    ],
    [
      'open, in a folder that is a symbolic link',
      { realInstances: '/data/nova', user: { paths: [`/data/nova/_base/${NAME}`] } },
      [NAME],
    ],
    [
      'open in a container, by the path there',
      { instances: VOLUME, user: { paths: [`${INSTANCES}/_base/${NAME}`] } },
      [NAME],
    ],
    ['open in a container, by the file', { instances: VOLUME, user: { bases: [ID] } }, [NAME]],
    ['of another folder open', { user: { bases: [ELSEWHERE] } }, []],
    [
      'of an inode number that a number of JavaScript cannot tell from that of the base file',
      { user: { bases: ['1:9223372036854775809'] } },
      [],
    ],
    ['of the same inode number on another device', { user: { bases: ['2:7'] } }, []],
  ])('%s', (_, scene, used) => {
    expect(usage(scene)).toEqual({ used, missing: [], unreadable: [], asked: [] });
  });
});
