import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../src/facts/base-files.ts';
import type { BaseFile } from '../../src/facts/base-files.ts';
import { plainDisk } from '../../src/facts/disk/reading.ts';
import type { DiskFormat, DiskReading } from '../../src/facts/disk/reading.ts';
import { diskHeader } from '../../src/facts/disk-header.ts';
import { fileDigest } from '../../src/facts/file-digest.ts';
import { folderFiles } from '../../src/facts/folder-files.ts';
import { instanceDisks } from '../../src/facts/instance-disks.ts';
import type { DiskFile } from '../../src/facts/instance-disks.ts';
import { openFiles } from '../../src/facts/open-files.ts';
import type { Check } from '../../src/plan/plan.ts';
import type { PoolView } from '../../src/pool/pool.ts';
import { answer, base, CACHE, derive, disks, IMAGES, INSTANCES, makeInventory, overlay } from './fixture.ts';
import type { Answers } from './fixture.ts';

const IMAGE = '155d900f-4e14-4e4c-a73d-069cbf4541e6';
const NAME = createHash('sha1').update(IMAGE).digest('hex');
const OTHER = 'b'.repeat(40);
const VM = '11111111-0000-4000-8000-000000000001';
const SUM = '5'.repeat(64);
const DIFFERENT = '6'.repeat(64);
const GIB = 1024 ** 3;

/** A compute node with these base files and disks. */
interface NodeScene {
  readonly files?: readonly Partial<BaseFile>[];
  readonly format?: DiskFormat;
  readonly disks?: readonly DiskFile[];
  readonly skipped?: readonly { path: string; what: string }[];
  readonly open?: readonly string[];
  readonly hidden?: boolean;
  /** The digest of NAME. */
  readonly digest?: string;
}

function node({ files = [{ name: NAME }], format = 'raw', open = [], ...scene }: NodeScene): Answers {
  const all = files.map((file) => ({ ...base('folder', ['x']).files[0], ...file }) as BaseFile);
  const local = all.map(({ name, size }): DiskFile => ({
    path: `_base/${name}`,
    size,
    reading: plainDisk(format),
  }));
  const users = open.length === 0 ? [] : [{ pid: 77, command: 'qemu-system-x86', paths: open }];
  const hidden = scene.hidden === true ? [{ pid: 78, command: 'qemu-system-x86' }] : [];
  return [
    answer(baseFiles({ instances: INSTANCES }), { ...base('folder'), files: all }),
    answer(instanceDisks({ instances: INSTANCES }), {
      ...disks([...local, ...(scene.disks ?? [])]),
      skipped: scene.skipped ?? [],
    }),
    answer(openFiles({ folder: INSTANCES }), { users, hidden, complete: true }),
    ...(scene.digest === undefined
      ? []
      : [answer(fileDigest({ path: `${INSTANCES}/_base/${NAME}` }), scene.digest)]),
  ];
}

/** A backend with the image, and whether its link is there. */
interface PoolScene {
  readonly format?: DiskFormat;
  readonly reading?: DiskReading;
  readonly size?: number;
  readonly published?: boolean;
  readonly digest?: string;
}

function pool({ format = 'raw', size = GIB, published = false, digest, reading }: PoolScene = {}): Answers {
  const path = `${IMAGES}/${IMAGE}`;
  return [
    answer(folderFiles({ path: IMAGES }), [{ name: IMAGE, size, inode: 9 }]),
    answer(folderFiles({ path: CACHE }), published ? [{ name: NAME, size, inode: 9 }] : []),
    answer(diskHeader({ path, bytes: 2048 }), { size, reading: reading ?? plainDisk(format) }),
    ...(digest === undefined ? [] : [answer(fileDigest({ path }), digest)]),
  ];
}

const used = (told: string | null, at = `${VM}/disk`) => overlay(at, NAME, told);
const over = (view: PoolView) => (view.vars('c1')['nova'] as { over: unknown }).over;
const hold = (view: PoolView) => (view.vars('nfs01')['pool'] as { hold: unknown }).hold;
const found = (view: PoolView, severity: Check['severity']) =>
  view.checks.filter((check) => check.check === 'base-files' && check.severity === severity);
const asked = (view: PoolView, host: string) => view.questions(host).map(({ key }) => key);

function view(backend: Answers, ...nodes: readonly Answers[]): PoolView {
  const hosts = Object.fromEntries(nodes.map((answers, index) => [`c${index + 1}`, answers]));
  return derive(makeInventory(nodes.length), { nfs01: backend, ...hosts });
}

describe('one node, one base file: mounted over', () => {
  test.each<[string, Answers, NodeScene, boolean]>([
    ['that nobody uses', pool({ format: 'qcow2' }), {}, false],
    ['that nobody uses, and the pool has nothing of that name', [], {}, false],
    [
      'that is used, and has the same bytes',
      pool({ digest: SUM }),
      { disks: [used('raw')], digest: SUM },
      true,
    ],
    [
      'that is used without its format, the same',
      pool({ digest: SUM }),
      { disks: [used(null)], digest: SUM },
      true,
    ],
    [
      'that is qcow2 on both sides',
      pool({ format: 'qcow2', digest: SUM, published: true }),
      { format: 'qcow2', disks: [used('qcow2')], digest: SUM },
      true,
    ],
    [
      'that a running VM has open, the same',
      pool({ digest: SUM }),
      { open: [`${INSTANCES}/_base/${NAME}`, `${INSTANCES}/${VM}/disk`], digest: SUM },
      true,
    ],
    [
      'that may be used by what cannot be looked at, the same',
      pool({ digest: SUM }),
      { skipped: [{ path: `${VM}/disk`, what: 'a symbolic link' }], digest: SUM },
      true,
    ],
  ])('%s', (_, backend, scene, same) => {
    const result = view(backend, node(scene));
    expect(found(result, 'block')).toEqual([]);
    expect(over(result)).toEqual([{ name: NAME, size: GIB, mtime: 1_700_000_000, inode: 7, same }]);
    expect(hold(result)).toEqual([]);
    expect(asked(result, 'c1')).toEqual([]);
    const [told] = found(result, 'warning');
    expect(told?.finding).toContain('1 base file (1.0 GiB)');
    expect(told?.finding).toContain(same ? 'same bytes as in the pool' : 'no VM uses');
  });
});

describe('one node, one base file: blocked', () => {
  test.each<[string, Answers, NodeScene, RegExp]>([
    [
      'made raw by nova from a qcow2 image (fact 10)',
      pool({ format: 'qcow2', size: 100 }),
      { disks: [used('raw')] },
      /made 1 base file .* raw from images that the pool has as qcow2.*11111111/,
    ],
    [
      'the same, but the link is there already',
      pool({ format: 'qcow2', size: 100, published: true }),
      { disks: [used('raw')] },
      /silently read rubbish/,
    ],
    [
      'made raw, but a disk says qcow2',
      pool({ format: 'qcow2', size: 100 }),
      { disks: [used('qcow2')] },
      /cannot come from the pool|counts as used/,
    ],
    ['of an image that is gone', [], { disks: [used('raw')] }, /the pool does not have/],
    [
      'of an image that is never published',
      pool({ format: 'vmdk', size: 7 }),
      { disks: [used('raw')] },
      /the pool does not have/,
    ],
    [
      'of an image with a backing file, which is never published',
      pool({ reading: plainDisk('qcow2', { backing: { name: '/etc/passwd', format: null } }), size: 7 }),
      { disks: [used('raw')] },
      /the pool does not have/,
    ],
    ['raw of another size', pool({ size: 7 }), { disks: [used('raw')] }, /is another file \(raw, 7 bytes\)/],
    [
      'of other bytes',
      pool({ digest: SUM }),
      { disks: [used('raw')], digest: DIFFERENT },
      /its bytes differ/,
    ],
    [
      'the same, but a disk says another format',
      pool({ format: 'qcow2', digest: SUM }),
      { format: 'qcow2', disks: [used('raw')], digest: SUM },
      /a disk above it says raw/,
    ],
    [
      'the same as an image that is never published',
      pool({ reading: plainDisk('qcow2', { dataFile: { name: 'x' } }), digest: SUM }),
      { format: 'qcow2', disks: [used('qcow2')], digest: SUM },
      /the pool does not have/,
    ],
    [
      'an ephemeral disk in use',
      pool(),
      {
        files: [{ name: 'ephemeral_1_0706d66' }],
        disks: [overlay(`${VM}/disk.eph0`, 'ephemeral_1_0706d66', 'raw')],
      },
      /the pool does not have.*ephemeral_1_0706d66 \(11111111/,
    ],
    [
      'a swap disk that a process was started with',
      pool(),
      { files: [{ name: 'swap_512' }], open: [`${INSTANCES}/_base/swap_512`] },
      /swap_512 \(qemu-system-x86 \(pid 77\)\)/,
    ],
    ['a folder', pool(), { files: [{ name: 'backup', directory: true }] }, /holds folders.*backup/],
    [
      'a disk that is elsewhere',
      [],
      {
        disks: [
          { ...used('raw'), reading: plainDisk('qcow2', { backing: { name: '/srv/x', format: 'raw' } }) },
        ],
      },
      /every file in .* counts as used.*lies outside/,
    ],
    [
      'a disk that cannot be read',
      [],
      { disks: [{ path: `${VM}/disk`, size: 1, reading: null }] },
      /every file in .* counts as used.*could not be read/,
    ],
    ['a QEMU that cannot be looked at', [], { hidden: true }, /every file in .* counts as used.*pid 78/],
  ])('%s', (_, backend, scene, finding) => {
    const result = view(backend, node(scene));
    const blocks = found(result, 'block');
    expect(blocks.map((check) => check.finding).join('\n')).toMatch(finding);
    for (const { remedy } of blocks) expect(remedy).toContain('nothing was touched');
    expect(over(result)).toBe('empty');
    expect(found(result, 'warning')).toEqual([]);
    const names = (scene.files ?? [{ name: NAME }]).map(({ name }) => name);
    expect(hold(result)).toEqual(names.includes(NAME) ? [NAME] : []);
  });

  test('the room that the bytes would take is told', () => {
    const result = view(pool({ format: 'qcow2', size: 100 }), node({ disks: [used('raw')] }));
    expect(found(result, 'block')[0]?.remedy).toContain(
      'the pool would need 1.0 GiB, and has 512.0 GiB free',
    );
  });

  test('chains of several levels, resized and rescued disks lead to the same base', () => {
    const lower: DiskFile = { ...used('raw'), path: `${VM}/lower` };
    const upper: DiskFile = {
      path: `${VM}_resize/disk.rescue`,
      size: 1,
      reading: plainDisk('qcow2', { backing: { name: `../${VM}/lower`, format: 'qcow2' } }),
    };
    const result = view([], node({ disks: [lower, upper] }));
    expect(found(result, 'block')[0]?.finding).toContain(`${NAME} (${VM}, ${VM}_resize)`);
  });

  test("an open file that is deleted already is nobody's need", () => {
    const result = view([], node({ open: [`${INSTANCES}/_base/${NAME} (deleted)`] }));
    expect(found(result, 'block')).toEqual([]);
  });
});

describe('what is asked before it can be decided', () => {
  const digestKey = (path: string) => fileDigest({ path }).key;
  const header = diskHeader({ path: `${IMAGES}/${IMAGE}`, bytes: 2048 }).key;
  const listed = [
    answer(folderFiles({ path: IMAGES }), [{ name: IMAGE, size: GIB, inode: 9 }]),
    answer(folderFiles({ path: CACHE }), [{ name: NAME, size: GIB, inode: 9 }]),
  ];

  test('equal sizes: both digests and the format, the image and its link being one file', () => {
    const result = view(listed, node({ disks: [used('raw')] }));
    expect(asked(result, 'c1')).toEqual([digestKey(`${INSTANCES}/_base/${NAME}`)]);
    expect(asked(result, 'nfs01')).toEqual([header, digestKey(`${IMAGES}/${IMAGE}`)]);
    expect([over(result), hold(result), found(result, 'block')]).toEqual(['empty', [NAME], []]);
  });

  test('other sizes: only the format', () => {
    const result = view(listed, node({ files: [{ name: NAME, size: 5 }], disks: [used('raw')] }));
    expect([asked(result, 'c1'), asked(result, 'nfs01')]).toEqual([[], [header]]);
  });

  test('unused: nothing', () => {
    const result = view(listed, node({}));
    expect([asked(result, 'c1'), asked(result, 'nfs01')]).toEqual([[], []]);
  });

  test('a header that goes on: more of it; until then everything counts as used', () => {
    const short: DiskFile = {
      path: `${VM}/disk`,
      size: GIB,
      reading: { kind: 'short', format: 'qcow2', needs: 50_000 },
    };
    const query = diskHeader({ path: `${INSTANCES}/${VM}/disk`, bytes: 50_000 });
    const scene = node({ disks: [short] });
    expect(asked(view([], scene), 'c1')).toEqual([query.key]);
    expect(over(view([], scene))).toBe('empty');
    const whole = view([], [...scene, answer(query, { size: GIB, reading: plainDisk('qcow2') })]);
    expect([over(whole), asked(whole, 'c1')]).toMatchObject([[{ name: NAME }], []]);
    const gone = view([], [...scene, answer(query, null)]);
    expect(found(gone, 'block')[0]?.finding).toContain('counts as used');
  });
});

describe('several nodes', () => {
  const raw = { disks: [used('raw')] };

  test('one has the raw bytes in use, another one nothing: held for all', () => {
    const result = view(pool({ format: 'qcow2', size: 100 }), node(raw), node({ files: [] }));
    expect(hold(result)).toEqual([NAME]);
    expect(found(result, 'block').map(({ host }) => host)).toEqual(['c1']);
  });

  test('nodes that need different bytes under one name are in conflict, all of them', () => {
    const result = view(
      pool({ format: 'qcow2', size: 100 }),
      node(raw),
      node({ ...raw, files: [{ name: NAME, size: 5 }] }),
    );
    expect(
      found(result, 'block').map(({ host, finding }) => [host, /c\d has another file/.exec(finding)?.[0]]),
    ).toEqual([
      ['c1', 'c2 has another file'],
      ['c2', 'c1 has another file'],
    ]);
  });

  test('what is the same here, but not there, is not published; then it blocks this node too', () => {
    const same = { disks: [used('raw')], digest: SUM };
    const other = { disks: [used('raw')], digest: DIFFERENT };
    const result = view(pool({ digest: SUM }), node(same), node(other));
    expect(hold(result)).toEqual([NAME]);
    expect(found(result, 'block').map(({ host }) => host)).toEqual(['c1', 'c2']);
    expect(found(result, 'block')[0]?.finding).toContain('must not publish yet');
    const published = view(pool({ digest: SUM, published: true }), node(same), node(other));
    expect(found(published, 'block').map(({ host }) => host)).toEqual(['c2']);
  });

  test('an unused name is held where its node does not get the pool in this run', () => {
    const files = [{ name: NAME }, { name: OTHER }];
    const other = overlay(`${VM}/disk`, OTHER, 'raw');
    expect(hold(view(pool(), node({ files, disks: [other] })))).toEqual([NAME, OTHER].sort());
    expect(hold(view(pool(), node({ files })))).toEqual([]);
  });
});

describe('a base file that is not there', () => {
  const disk = used('raw');

  test.each<[string, Answers, Check['severity'], RegExp, readonly string[]]>([
    ['nor in the pool', [], 'warning', /neither in .* nor in the pool: .*11111111/, []],
    ['but in the pool, as the disk says', pool({ format: 'raw' }), 'warning', /but in the pool/, []],
    ['but in the pool in another format: a trap', pool({ format: 'qcow2' }), 'block', /read rubbish/, [NAME]],
  ])('%s', (_, backend, severity, finding, held) => {
    const result = view(backend, node({ files: [], disks: [disk] }));
    expect(found(result, severity)[0]?.finding).toMatch(finding);
    expect(hold(result)).toEqual(held);
  });
});
