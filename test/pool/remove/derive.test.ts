import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { underlyingDigest } from '../../../src/facts/underlying-digest.ts';
import { content } from '../../../src/facts/content.ts';
import { plainDisk } from '../../../src/formats/disk/reading.ts';
import { diskHeader } from '../../../src/facts/disk-header.ts';
import { fileDigest } from '../../../src/facts/file-digest.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { mountUsers } from '../../../src/facts/mount-users.ts';
import type { MountUsers } from '../../../src/facts/mount-users.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { nova } from '../../../src/facts/nova.ts';
import { openFiles } from '../../../src/facts/open-files.ts';
import { folderLocation } from '../../../src/facts/folder-location.ts';
import { createState } from '../../../src/facts/state.ts';
import { deriveRemoval } from '../../../src/pool/remove/derive.ts';
import type { PoolView } from '../../../src/pool/derivation.ts';
import {
  answer,
  backendAnswers,
  base,
  CACHE,
  computeAnswers,
  debianNova,
  disks,
  folder,
  INSTANCES,
  makeHost,
  makeInventory,
  NOVA_UNITS,
  overlay,
  STORAGE,
} from '../fixture.ts';
import type { Answers } from '../fixture.ts';

const NAME = 'f2d1a8250ed3d4b744a8250dab8f6840179d502a';
const VM = '155d900f-4e14-4e4c-a73d-069cbf4541e6';
const AT = `${INSTANCES}/_base`;
const SOURCE = `${STORAGE}:${CACHE}`;
const GIB = 1024 ** 3;

const poolMount = {
  id: 40,
  parent: 20,
  root: '/',
  path: AT,
  type: 'nfs4',
  source: SOURCE,
  options: ['rw', `addr=${STORAGE}`],
};
const users = (over: Partial<MountUsers> = {}) =>
  answer(mountUsers({ path: AT }), {
    users: [],
    mounts: [{ pid: 1, mount: poolMount }],
    complete: true,
    ...over,
  });

/** A backend whose pool shows one raw base file of a gibibyte. */
const POOL: Answers = [
  answer(folderFiles({ path: CACHE }), [{ name: NAME, size: GIB, inode: 9 }]),
  answer(diskHeader({ path: `${CACHE}/${NAME}`, bytes: 2048 }), { size: GIB, reading: plainDisk('raw') }),
  answer(fileDigest({ path: `${CACHE}/${NAME}` }), 'a'.repeat(64)),
];

/** A node in the pool, one VM's disk on that base file. */
const MEMBER: Answers = [
  answer(baseFiles({ instances: INSTANCES }), base('mounted')),
  answer(instanceDisks({ instances: INSTANCES }), disks([overlay(`${VM}/disk`, NAME, 'raw')])),
  answer(mounts({}), [poolMount]),
  answer(folderLocation({ path: INSTANCES }), folder(INSTANCES)),
  answer(content({ path: '/var/lib/fastboot/backup/etc/nova/nova.conf' }), null),
  users(),
];

const inventory = makeInventory(2);

function derive(node: Answers, backend: Answers = POOL, of = inventory): PoolView {
  const [first] = of.compute;
  if (first === undefined) throw new Error('no node');
  const state = (answers: Answers) => createState(new Map()).with(answers);
  return deriveRemoval({
    inventory: of,
    states: new Map([
      ['nfs01', state([...backendAnswers(of), ...backend])],
      ['c1', state([...computeAnswers(of, first, 1), ...node])],
    ]),
    unread: ['c2'],
    receivedAt: new Map(),
  });
}

const removalVars = (view: PoolView) => view.vars('c1')['removal'];

test('a base file that only the pool has is copied back', () => {
  const view = derive(MEMBER);
  expect(view.findings).toEqual([]);
  expect(removalVars(view)).toEqual({
    bases: [{ name: NAME, size: GIB }],
    require_after_unmount: { instances: INSTANCES, known: [NAME], shown: [NAME], owner: '64060:64060' },
    settings: [],
    restarts: false,
  });
  expect(view.vars('nfs01')['removal']).toEqual({ clients: [{ host: 'c1', address: '198.51.100.21' }] });
});

test('all that has to be asked comes in two rounds', () => {
  const bare = MEMBER.slice(0, 3);
  const keys = (view: PoolView, host: string) => view.questions(host).map(({ fact }) => fact.name);
  const view = derive(bare, POOL.slice(0, 1));
  expect(keys(view, 'c1')).toEqual(['mount-users', 'place', 'content']);
  expect(keys(view, 'nfs01')).toEqual(['disk-header']);
});

describe('what lies under the mount already', () => {
  const beneath = answer(baseFiles({ instances: INSTANCES }), base('mounted', [NAME]));
  const own = (sum: string | null) => answer(underlyingDigest({ folder: AT, name: NAME }), sum);

  test('the same bytes are copied by nobody', () => {
    const view = derive([...MEMBER, beneath, own('a'.repeat(64))]);
    expect(view.findings).toEqual([]);
    expect(removalVars(view)).toMatchObject({ bases: [], require_after_unmount: { shown: [NAME] } });
  });

  test('is read whole before it is called the same', () => {
    const view = derive([...MEMBER, beneath]);
    expect(view.questions('c1').map(({ fact }) => fact.name)).toContain('underlying-digest');
    expect(view.questions('nfs01').map(({ fact }) => fact.name)).toContain('file-digest');
  });

  test.each([
    ['other bytes', [beneath, own('b'.repeat(64))]],
    ['another size', [answer(baseFiles({ instances: INSTANCES }), smaller(base('mounted', [NAME])))]],
    ['cannot be read', [beneath, own(null)]],
  ])('%s: blocked', (_, answers) => {
    const view = derive([...MEMBER, ...answers]);
    expect(view.findings).toMatchObject([{ host: 'c1', check: 'needed-base-files', severity: 'block' }]);
    expect(view.findings[0]?.finding).toContain(VM);
    expect(view.vars('nfs01')['removal']).toEqual({ clients: [] });
  });

  test('what the pool does not have comes back by itself, and what nobody has stays lost', () => {
    const returns = derive([...MEMBER, beneath], []);
    expect([returns.findings, removalVars(returns)]).toMatchObject([
      [],
      { bases: [], require_after_unmount: { shown: [] } },
    ]);
    const lost = derive(MEMBER, []);
    expect(lost.findings).toMatchObject([{ check: 'needed-base-files', severity: 'warning' }]);
    expect(removalVars(lost)).toMatchObject({ require_after_unmount: { known: [NAME], shown: [] } });
  });
});

function smaller(files: ReturnType<typeof base>): ReturnType<typeof base> {
  return { ...files, files: files.files.map((file) => ({ ...file, size: 5 })) };
}

describe('blocked, with the way out', () => {
  const one = (where: 'mounted' | 'beneath' | 'unknown') =>
    users({ users: [{ pid: 77, command: 'qemu-system-x86', path: `${AT}/${NAME}`, where }] });
  const runs = answer(openFiles({ folder: INSTANCES, seen: INSTANCES }), {
    users: [
      { pid: 77, command: 'qemu-system-x86', paths: [`${AT}/${NAME}`, `${INSTANCES}/${VM}/disk`], bases: [] },
    ],
    hidden: [],
    complete: true,
  });

  test.each([
    [
      'a VM has its base open through the mount',
      [runs, one('mounted')],
      'pool-in-use',
      `VM ${VM} (qemu-system-x86, pid 77)`,
    ],
    ['a process whose mount is not known', [one('unknown')], 'pool-in-use', 'qemu-system-x86 (pid 77)'],
    [
      'open files that could not be listed',
      [users({ complete: false })],
      'pool-in-use',
      'not all open files',
    ],
    [
      'another source',
      [answer(mounts({}), [{ ...poolMount, source: 'x:/y' }]), users({ mounts: [] })],
      'pool-mount',
      'a mount of x:/y',
    ],
    [
      'a mount beneath',
      [
        answer(mounts({}), [
          { ...poolMount, id: 30, type: 'ext4' },
          { ...poolMount, parent: 30 },
        ]),
      ],
      'pool-mount',
      'another mount',
    ],
    [
      'the pool mounted elsewhere',
      [users({ mounts: [{ pid: 5, mount: { ...poolMount, path: '/mnt' } }] })],
      'pool-mount',
      '/mnt (seen by pid 5)',
    ],
    [
      'a disk that cannot be followed',
      [
        answer(instanceDisks({ instances: INSTANCES }), {
          ...disks(),
          skipped: [{ path: 'x/disk', what: 'a symbolic link' }],
        }),
      ],
      'needed-base-files',
      'x/disk is a symbolic link',
    ],
    [
      'no room',
      [answer(folderLocation({ path: INSTANCES }), folder(INSTANCES, { space: { total: 9, free: 9 } }))],
      'copy-back-space',
      '1.0 GiB',
    ],
  ] as const)('%s', (_, answers, check, text) => {
    const { findings: checks } = derive([...MEMBER, ...answers]);
    expect(checks).toMatchObject([{ host: 'c1', check, severity: 'block' }]);
    expect(checks[0]?.finding).toContain(text);
  });

  test("a VM older than the mount holds the file beneath, which is in nobody's way", () => {
    expect(derive([...MEMBER, runs, one('beneath')]).findings).toEqual([]);
  });

  test('a base file that leads to a further one', () => {
    const reading = plainDisk('qcow2', { version: 3, backing: { name: '/x', format: 'raw' } });
    const leads = answer(diskHeader({ path: `${CACHE}/${NAME}`, bytes: 2048 }), { size: GIB, reading });
    expect(derive(MEMBER, [...POOL, leads]).findings).toMatchObject([
      { check: 'needed-base-files', severity: 'block' },
    ]);
  });
});

describe('a node without the pool', () => {
  const OUT: Answers = [
    ...MEMBER,
    answer(baseFiles({ instances: INSTANCES }), base('folder', [NAME])),
    answer(mounts({}), []),
    users({ mounts: [] }),
  ];

  test('needs nothing but its settings and its export line', () => {
    const view = derive(OUT);
    expect([view.findings, removalVars(view)]).toMatchObject([[], { bases: [] }]);
    expect(view.vars('nfs01')['removal']).toEqual({ clients: [{ host: 'c1', address: '198.51.100.21' }] });
  });

  test('keeps its export line while a process still sees the pool', () => {
    const view = derive([...OUT, users({ mounts: [{ pid: 9, mount: poolMount }] })]);
    expect(view.findings).toMatchObject([{ check: 'pool-mount', severity: 'block' }]);
    expect(view.vars('nfs01')['removal']).toEqual({ clients: [] });
  });
});

test('a node whose mounts could not all be listed keeps its export line', () => {
  const out = [
    answer(baseFiles({ instances: INSTANCES }), base('folder', [NAME])),
    answer(mounts({}), []),
    users({ mounts: [], complete: false }),
  ];
  const view = derive([...MEMBER, ...out]);
  expect(view.findings).toMatchObject([{ check: 'pool-mount', severity: 'block' }]);
  expect(view.vars('nfs01')['removal']).toEqual({ clients: [] });
});

test('an address that another node has too keeps its export line', () => {
  const shared = makeInventory([
    makeHost('c1', { storageAddress: '198.51.100.7' }),
    makeHost('c2', { storageAddress: '198.51.100.7' }),
  ]);
  const view = derive(MEMBER, POOL, shared);
  expect(view.findings).toMatchObject([{ check: 'export-line', severity: 'warning' }]);
  expect(view.vars('nfs01')['removal']).toEqual({ clients: [] });
});

describe("nova's settings", () => {
  const conf = (path: string, ...lines: readonly string[]) => ({ path, lines: ['[image_cache]', ...lines] });
  const dropIn = conf('/etc/nova/nova.conf.d/fastboot.conf', 'remove_unused_base_images = false');
  const kept = (text: string | null) =>
    answer(content({ path: '/var/lib/fastboot/backup/etc/nova/nova.conf' }), text);
  const settings = (value: string, backup: string | null) =>
    removalVars(
      derive([
        ...MEMBER,
        answer(nova(NOVA_UNITS), {
          ...debianNova,
          files: [
            conf('/etc/nova/nova.conf', ...(value === '' ? [] : [`remove_unused_base_images = ${value}`])),
            dropIn,
          ],
        }),
        kept(backup),
      ]),
    );

  test.each([
    ['only the drop-in', '', null, [], true],
    [
      'a line that fastboot changed',
      'false',
      '[image_cache]\nremove_unused_base_images = true\n',
      ['/etc/nova/nova.conf'],
      true,
    ],
    [
      'a line that was false before',
      'false',
      '[image_cache]\nremove_unused_base_images = false\n',
      [],
      false,
    ],
    ['a line in a file that fastboot never changed', 'false', null, [], false],
    ['a line that was edited since', 'true', '[image_cache]\nremove_unused_base_images = yes\n', [], false],
  ] as const)('%s', (_, value, backup, files, restarts) => {
    expect(settings(value, backup)).toMatchObject({ settings: files, restarts });
  });
});
