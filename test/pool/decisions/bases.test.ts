import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../../src/facts/base-files.ts';
import type { BaseFile } from '../../../src/facts/base-files.ts';
import { content } from '../../../src/facts/content.ts';
import { plainDisk } from '../../../src/formats/disk/reading.ts';
import type { DiskFormat, DiskReading } from '../../../src/formats/disk/reading.ts';
import { diskHeader } from '../../../src/facts/disk-header.ts';
import { fileDigest } from '../../../src/facts/file-digest.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import type { DiskFile } from '../../../src/facts/instance-disks.ts';
import { openFiles } from '../../../src/facts/open-files.ts';
import { folderLocation } from '../../../src/facts/folder-location.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import type { Settings } from '../../../src/inventory/settings.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { PoolView } from '../../../src/pool/derivation.ts';
import {
  answer,
  base,
  CACHE,
  CONFIG,
  derive,
  disks,
  folder,
  IMAGES,
  INSTANCES,
  makeInventory,
  overlay,
} from '../fixture.ts';
import type { Answers } from '../fixture.ts';

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
  /** The digest of every file. */
  readonly digest?: string | null;
}

function node({ files = [{ name: NAME }], format = 'raw', open = [], ...scene }: NodeScene): Answers {
  const all = files.map((file) => ({ ...base('folder', ['x']).files[0], ...file }) as BaseFile);
  const local = all.map(({ name, size }): DiskFile => ({
    path: `_base/${name}`,
    size,
    id: null,
    reading: plainDisk(format),
  }));
  const users = open.length === 0 ? [] : [{ pid: 77, command: 'qemu-system-x86', paths: open, bases: [] }];
  const hidden = scene.hidden === true ? [{ pid: 78, command: 'qemu-system-x86' }] : [];
  return [
    answer(baseFiles({ instances: INSTANCES }), { ...base('folder'), files: all }),
    answer(instanceDisks({ instances: INSTANCES }), {
      ...disks([...local, ...(scene.disks ?? [])]),
      skipped: scene.skipped ?? [],
    }),
    answer(openFiles({ folder: INSTANCES, seen: INSTANCES }), { users, hidden, complete: true }),
    ...(scene.digest === undefined
      ? []
      : all.map(({ name }) =>
          answer(fileDigest({ path: `${INSTANCES}/_base/${name}` }), scene.digest ?? null),
        )),
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
const over = (view: PoolView) => (view.vars('c1')['nova'] as { may_cover: unknown }).may_cover;
const copies = (view: PoolView, host = 'c1') => (view.vars(host)['nova'] as { copies: unknown }).copies;
const adopted = (view: PoolView) => (view.vars('nfs01')['pool'] as { adopted: unknown }).adopted;
const hold = (view: PoolView) => (view.vars('nfs01')['pool'] as { hold: unknown }).hold;
const found = (view: PoolView, severity: Finding['severity']) =>
  view.findings.filter((check) => check.check.startsWith('base-file') && check.severity === severity);
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
    expect(over(result)).toMatchObject([{ name: NAME, size: GIB, mtime: 1_700_000_000, inode: 7, same }]);
    expect([copies(result), adopted(result)]).toEqual([[], []]);
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
      'the same, but the link is there already',
      pool({ format: 'qcow2', size: 100, published: true }),
      { disks: [used('raw')] },
      /read corrupt data without an error/,
    ],
    [
      'made raw, but a disk says qcow2',
      pool({ format: 'qcow2', size: 100 }),
      { disks: [used('qcow2')] },
      /is another file|read corrupt data without an error/,
    ],
    [
      'that nobody has an image of, and a disk above it records another format',
      [],
      { format: 'qcow2', disks: [used('raw')], digest: SUM },
      /it is qcow2, but a disk above it records raw/,
    ],
    [
      'that nobody has an image of, and that leads elsewhere',
      [],
      { format: 'vmdk', disks: [used('vmdk')], digest: SUM },
      /in a form that must not be shown to other nodes/,
    ],
    [
      'that nobody has an image of, and that cannot be read to its end',
      [],
      { disks: [used('raw')], digest: null },
      /could not be read/,
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
      /a disk above it records raw/,
    ],
    ['a folder', pool(), { files: [{ name: 'backup', directory: true }] }, /holds folders.*backup/],
    [
      'a disk that cannot be read',
      [],
      { disks: [{ path: `${VM}/disk`, size: 1, id: null, reading: null }] },
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

  test('chains of several levels, resized and rescued disks lead to the same base', () => {
    const lower: DiskFile = { ...used('raw'), path: `${VM}/lower` };
    const upper: DiskFile = {
      path: `${VM}_resize/disk.rescue`,
      size: 1,
      id: null,
      reading: plainDisk('qcow2', { backing: { name: `../${VM}/lower`, format: 'qcow2' } }),
    };
    const result = view([], node({ disks: [lower, upper], digest: SUM }));
    expect(found(result, 'warning')[0]?.finding).toContain(
      `1 copied to the pool first, used by ${VM}, ${VM}_resize`,
    );
  });
});

describe('one node, one base file: it comes to the pool first', () => {
  const raw = 'nova converted a qcow2 image to raw, and disks of VMs record raw';
  const lacking = 'VMs need it, and the pool has no file of this name';

  test.each<[string, Answers, NodeScene, string]>([
    [
      'made raw by nova from a qcow2 image',
      pool({ format: 'qcow2', size: 100 }),
      { disks: [used('raw')] },
      raw,
    ],
    [
      'made raw, and disks do not say what it is',
      pool({ format: 'qcow2', size: 100 }),
      { disks: [used(null)] },
      raw,
    ],
    ['of an image that is gone', [], { disks: [used('raw')] }, lacking],
    [
      'of an image that is never published',
      pool({ format: 'vmdk', size: 7 }),
      { disks: [used('raw')] },
      lacking,
    ],
    [
      'of an image with a backing file, which is never published',
      pool({ reading: plainDisk('qcow2', { backing: { name: '/etc/passwd', format: null } }), size: 7 }),
      { disks: [used('raw')] },
      lacking,
    ],
    [
      'the same as an image that is never published',
      pool({ reading: plainDisk('qcow2', { dataFile: { name: 'x' } }), digest: SUM }),
      { format: 'qcow2', disks: [used('qcow2')] },
      lacking,
    ],
    ['an ISO, which is raw to its disks', [], { format: 'iso', disks: [used('raw')] }, lacking],
    [
      'an ephemeral disk in use',
      pool(),
      {
        files: [{ name: 'ephemeral_1_0706d66' }],
        disks: [overlay(`${VM}/disk.eph0`, 'ephemeral_1_0706d66', 'raw')],
      },
      lacking,
    ],
    [
      'a swap disk that a process was started with',
      pool(),
      { files: [{ name: 'swap_512' }], open: [`${INSTANCES}/_base/swap_512`] },
      lacking,
    ],
  ])('%s', (_, backend, scene, reason) => {
    const result = view(backend, node({ ...scene, digest: SUM }));
    const [name] = (scene.files ?? [{ name: NAME }]).map((file) => file.name);
    expect(found(result, 'block')).toEqual([]);
    expect(copies(result)).toEqual([
      {
        path: `${INSTANCES}/_base/${name}`,
        size: GIB,
        mtime: 1_700_000_000,
        inode: 7,
        sha256: SUM,
        reason,
        limit: null,
      },
    ]);
    expect(over(result)).toMatchObject([{ name, same: true }]);
    expect([adopted(result), hold(result)]).toEqual([[name], []]);
    const { link_sync_config: text } = result.vars('nfs01')['pool'] as { link_sync_config: string };
    expect(JSON.parse(text)).toMatchObject({ adopted: [name] });
    expect(found(result, 'warning')[0]?.finding).toContain('1 copied to the pool first');
  });

  test('only what is read whole can be told apart: until then its digest is asked for', () => {
    const result = view(pool({ format: 'qcow2', size: 100 }), node({ disks: [used('raw')] }));
    expect(asked(result, 'c1')).toEqual([fileDigest({ path: `${INSTANCES}/_base/${NAME}` }).key]);
    expect([copies(result), adopted(result), hold(result)]).toEqual([[], [], [NAME]]);
  });

  test('the names by which disks lead to it are proved through the mount', () => {
    const relative = {
      ...used('raw'),
      reading: plainDisk('qcow2', { backing: { name: `../_base/${NAME}`, format: 'raw' } }),
    };
    const [file] = over(view([], node({ disks: [relative], digest: SUM }))) as { paths: string[] }[];
    expect(file?.paths).toEqual([`${INSTANCES}/${VM}/../_base/${NAME}`]);
  });

  test('where the pool has no room, nothing is copied, and the nodes are blocked', () => {
    const result = view(
      [answer(folderLocation({ path: IMAGES }), folder(IMAGES, { space: { total: GIB, free: 1000 } }))],
      node({ disks: [used('raw')], digest: SUM }),
      node({ files: [] }),
    );
    expect(found(result, 'block').map(({ host, finding }) => [host, finding])).toEqual([
      ['c1', expect.stringContaining('VMs need 1.0 GiB of base files')],
    ]);
    expect([copies(result), adopted(result), hold(result)]).toEqual([[], [], [NAME]]);
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
      id: null,
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

  const given = { ...raw, digest: SUM };
  const qcow2 = pool({ format: 'qcow2', size: 100 });

  test('one has the raw bytes in use, another one nothing: they come from that one', () => {
    const result = view(qcow2, node(given), node({ files: [] }));
    expect([adopted(result), hold(result), found(result, 'block')]).toEqual([[NAME], [], []]);
    expect([copies(result, 'c1'), copies(result, 'c2')]).toMatchObject([[{ sha256: SUM }], []]);
  });

  test('several have the same bytes: they come once, and each is mounted over its own', () => {
    const result = view(qcow2, node(given), node(given));
    expect([copies(result, 'c1'), copies(result, 'c2')]).toMatchObject([[{ sha256: SUM }], []]);
    for (const host of ['c1', 'c2'])
      expect(result.vars(host)).toMatchObject({ nova: { may_cover: [{ name: NAME, same: true }] } });
  });

  test('several files are spread over the nodes that have them, and share the limit', () => {
    const files = [NAME, OTHER, 'swap_512'].map((name) => ({ name }));
    const disks = files.map(({ name }, index) => overlay(`${VM}/disk${index}`, name, 'raw'));
    const settings: Settings = { ...defaultSettings, nfs: { ...defaultSettings.nfs, copyLimit: 101 } };
    const scene = node({ files, disks, digest: SUM });
    const result = derive(makeInventory(2, settings), { nfs01: [], c1: scene, c2: scene });
    expect([copies(result, 'c1'), copies(result, 'c2')]).toMatchObject([
      [{ limit: 50 }, { limit: 50 }],
      [{ limit: 50 }],
    ]);
    expect(adopted(result)).toEqual([NAME, OTHER, 'swap_512'].sort());
  });

  test('nodes that need different bytes under one name are in conflict, all of them', () => {
    const result = view(qcow2, node(given), node({ ...raw, digest: DIFFERENT }));
    expect(
      found(result, 'block').map(({ host, finding }) => [host, /c\d has another file/.exec(finding)?.[0]]),
    ).toEqual([
      ['c1', 'c2 has another file'],
      ['c2', 'c1 has another file'],
    ]);
    expect([adopted(result), hold(result)]).toEqual([[], [NAME]]);
  });

  test('a node that could not be reached may have others: none are taken; one that was left out has no say', () => {
    const answers = { nfs01: qcow2, c1: node(given) };
    const unreachable = derive(makeInventory(2), answers, ['c2'], ['c2']);
    expect(found(unreachable, 'block')).toMatchObject([
      { host: 'c1', remedy: expect.stringContaining("--limit 'all,!c2'") as unknown },
    ]);
    const limited = derive(makeInventory(2), answers, ['c2']);
    expect([found(limited, 'block'), adopted(limited)]).toEqual([[], [NAME]]);
  });

  test('a name stays adopted while its file is in the pool, or may still come', () => {
    const pinned = (extra: Answers = []): Answers => [
      answer(
        content({ path: CONFIG }),
        JSON.stringify({ owner: 'keep', cacheOwner: '0:64060', adopted: [NAME] }),
      ),
      ...extra,
    ];
    const gone = node({ files: [] });
    expect(adopted(view(pinned(), gone))).toEqual([]);
    expect(adopted(view(pinned(pool({ published: true })), gone))).toEqual([NAME]);
    expect(adopted(derive(makeInventory(2), { nfs01: pinned(), c1: gone }, ['c2']))).toEqual([NAME]);
  });

  test('a base that is gone here comes back with the raw bytes from there', () => {
    const result = view(qcow2, node(given), node({ files: [], disks: [used('raw')] }));
    expect(found(result, 'block')).toEqual([]);
    expect(found(result, 'warning').map(({ host, finding }) => [host, finding])).toContainEqual([
      'c2',
      expect.stringContaining('and the pool has them'),
    ]);
  });

  test('what is the same here, but not there, is not published; then it blocks this node too', () => {
    const same = { disks: [used('raw')], digest: SUM };
    const other = { disks: [used('raw')], digest: DIFFERENT };
    const result = view(pool({ digest: SUM }), node(same), node(other));
    expect(hold(result)).toEqual([NAME]);
    expect(found(result, 'block').map(({ host }) => host)).toEqual(['c1', 'c2']);
    expect(found(result, 'block')[0]?.finding).toContain('on hold');
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

  test.each<[string, Answers, Finding['severity'], RegExp, readonly string[]]>([
    ['nor in the pool', [], 'warning', /neither in .* nor in the pool: .*11111111/, []],
    ['but in the pool, as the disk says', pool({ format: 'raw' }), 'warning', /and the pool has them/, []],
    [
      'but in the pool in another format: a trap',
      pool({ format: 'qcow2' }),
      'block',
      /read corrupt data/,
      [NAME],
    ],
  ])('%s', (_, backend, severity, finding, held) => {
    const result = view(backend, node({ files: [], disks: [disk] }));
    expect(found(result, severity)[0]?.finding).toMatch(finding);
    expect(hold(result)).toEqual(held);
  });
});
