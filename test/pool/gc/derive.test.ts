import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { underlyingDigest } from '../../../src/facts/underlying-digest.ts';
import { plainDisk } from '../../../src/formats/disk/reading.ts';
import { diskHeader } from '../../../src/facts/disk-header.ts';
import { fileDigest } from '../../../src/facts/file-digest.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { mountUsers } from '../../../src/facts/mount-users.ts';
import type { MountUser } from '../../../src/facts/mount-users.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { openFiles } from '../../../src/facts/open-files.ts';
import { createState } from '../../../src/facts/state.ts';
import { deriveCleanup } from '../../../src/pool/gc/derive.ts';
import {
  answer,
  backendAnswers,
  base,
  CACHE,
  computeAnswers,
  disks,
  INSTANCES,
  makeInventory,
  overlay,
  STORAGE,
} from '../fixture.ts';
import type { Answers } from '../fixture.ts';

const [USED, UNUSED] = ['f2d1a8250ed3d4b744a8250dab8f6840179d502a', 'swap_512'];
const AT = `${INSTANCES}/_base`;
const GIB = 1024 ** 3;
const options = ['rw', `addr=${STORAGE}`];
const poolMount = {
  id: 40,
  parent: 20,
  root: '/',
  path: AT,
  type: 'nfs4',
  source: `${STORAGE}:${CACHE}`,
  options,
};

const POOL: Answers = [
  answer(folderFiles({ path: CACHE }), [{ name: USED, size: GIB, inode: 9 }]),
  answer(diskHeader({ path: `${CACHE}/${USED}`, bytes: 2048 }), { size: GIB, reading: plainDisk('raw') }),
  answer(fileDigest({ path: `${CACHE}/${USED}` }), 'a'.repeat(64)),
];

const users = (...found: readonly MountUser[]) =>
  answer(mountUsers({ path: AT }), { users: found, mounts: [], complete: true });

const digest = (sum: string | null) => answer(underlyingDigest({ folder: AT, name: USED }), sum);

/** A node in the pool with two files under the mount, one of which a VM's disk leads to. */
const MEMBER: Answers = [
  answer(baseFiles({ instances: INSTANCES }), base('mounted', [USED, UNUSED])),
  answer(instanceDisks({ instances: INSTANCES }), disks([overlay('vm/disk', USED, 'raw')])),
  answer(mounts({}), [poolMount]),
  users(),
  digest('a'.repeat(64)),
];

function local(node: Answers, backend: Answers = POOL) {
  const inventory = makeInventory(1);
  const [first] = inventory.compute;
  if (first === undefined) throw new Error('no node');
  const state = (answers: Answers) => createState(new Map()).with(answers);
  const view = deriveCleanup({
    inventory,
    states: new Map([
      ['nfs01', state([...backendAnswers(inventory), ...backend])],
      ['c1', state([...computeAnswers(inventory, first, 1), ...node])],
    ]),
    unread: [],
    receivedAt: new Map(),
  });
  const vars = view.vars('c1')['local'] as { free: readonly { name: string; shown: boolean }[] };
  return { view, free: vars.free.map(({ name, shown }) => [name, shown]) };
}

test('what is unused, and what the pool shows with the same bytes, is free', () => {
  const { view, free } = local(MEMBER);
  expect([view.findings, free]).toEqual([
    [],
    [
      [USED, true],
      [UNUSED, false],
    ],
  ]);
});

describe('what is not proved stays, with its reason', () => {
  const open = (name: string, where: MountUser['where']): MountUser => ({
    pid: 7,
    command: 'qemu-system-x86',
    path: `${AT}/${name}`,
    where,
  });
  const folder = base('mounted', [USED, UNUSED]);
  const numbered = answer(baseFiles({ instances: INSTANCES }), {
    ...folder,
    files: folder.files.map((file) => (file.name === UNUSED ? { ...file, id: '1:8', inode: 8 } : file)),
  });
  const openByInode = answer(openFiles({ folder: INSTANCES, seen: INSTANCES }), {
    users: [{ pid: 7, command: 'qemu-system-x86', paths: [], bases: ['1:8'] }],
    hidden: [],
    complete: true,
  });
  const withFolder = {
    ...folder,
    files: folder.files.map((file) => (file.name === UNUSED ? { ...file, directory: true } : file)),
  };

  test.each([
    ['other bytes than the pool', [digest('b'.repeat(64))], POOL, [], 'another file of that name'],
    ['not in the pool', [], [], [[UNUSED, false]], 'the pool does not have it'],
    ['not compared yet', [digest(null)], POOL, [], 'could not be read'],
    ['open beneath', [users(open(UNUSED, 'beneath'))], POOL, [[USED, true]], 'qemu-system-x86 (pid 7)'],
    ['open nobody knows where', [users(open(UNUSED, 'unknown'))], POOL, [[USED, true]], 'or may have'],
    ['open by another name', [numbered, openByInode], POOL, [[USED, true]], 'qemu-system-x86 (pid 7)'],
    ['a folder', [answer(baseFiles({ instances: INSTANCES }), withFolder)], POOL, [[USED, true]], 'a folder'],
  ] as const)('%s', (_, node, backend, free, reason) => {
    const found = local([...MEMBER, ...node], backend);
    expect(found.free).toEqual(free);
    expect(found.view.findings).toMatchObject([{ check: 'underlying-files', severity: 'warning' }]);
    expect(found.view.findings[0]?.finding).toContain(reason);
  });

  test("open through the mount is the pool's file", () => {
    expect(local([...MEMBER, users(open(USED, 'mounted'))]).free).toHaveLength(2);
  });

  test.each([
    [
      'disks that cannot be followed',
      answer(instanceDisks({ instances: INSTANCES }), { ...disks(), complete: false }),
    ],
    [
      'an incomplete list',
      answer(baseFiles({ instances: INSTANCES }), { ...base('mounted', [UNUSED]), complete: false }),
    ],
    [
      'processes that cannot be listed',
      answer(mountUsers({ path: AT }), { users: [], mounts: [], complete: false }),
    ],
    [
      'a mount beneath',
      answer(mounts({}), [
        { ...poolMount, id: 30, type: 'ext4' },
        { ...poolMount, parent: 30 },
      ]),
    ],
  ])('%s: the whole node is blocked', (_, found) => {
    const { view } = local([...MEMBER, found]);
    expect(view.findings).toMatchObject([{ check: 'underlying-files', severity: 'block' }]);
  });
});

test('a node without the pool has nothing to free', () => {
  const out = answer(baseFiles({ instances: INSTANCES }), base('folder', [UNUSED]));
  const { view, free } = local([...MEMBER, out, answer(mounts({}), [])]);
  expect([view.findings, view.questions('c1'), free]).toEqual([[], [], []]);
});
