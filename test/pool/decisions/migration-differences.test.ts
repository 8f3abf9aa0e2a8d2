import { describe, expect, test } from 'vitest';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { diskHeader } from '../../../src/facts/disk-header.ts';
import { plainDisk } from '../../../src/formats/disk/reading.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { novaUsers } from '../../../src/facts/nova-users.ts';
import { compareForMigration } from '../../../src/pool/decisions/migration-differences.ts';
import type {
  BaseForm,
  MigrationDifferences,
  MigrationNode,
  PoolBases,
} from '../../../src/pool/decisions/migration-differences.ts';
import { answer, base, CACHE, derive, disks, makeInventory, overlay } from '../fixture.ts';

const A = 'a'.repeat(40);
const GIB = 1024 ** 3;
const raw: BaseForm = { format: 'raw', size: GIB, digest: undefined };
const qcow2: BaseForm = { format: 'qcow2', size: 500_000, digest: undefined };

const healthy: Omit<MigrationNode, 'host'> = {
  hypervisor: '64055:104',
  instances: '/var/lib/nova/instances',
  imagesType: 'qcow2',
  forcesRaw: true,
  inPool: true,
  bases: new Map(),
};

/** Nodes `c1`, `c2`, … */
const nodes = (...each: readonly Partial<MigrationNode>[]): readonly MigrationNode[] =>
  each.map((over, index) => ({ host: `c${index + 1}`, ...healthy, ...over }));

const many = (count: number, over: Partial<MigrationNode> = {}): readonly Partial<MigrationNode>[] =>
  Array.from({ length: count }, () => over);

const has = (name: string, form: BaseForm): Partial<MigrationNode> => ({
  inPool: false,
  bases: new Map([[name, form]]),
});

const nothing: PoolBases = () => undefined;
const poolHas =
  (form: BaseForm): PoolBases =>
  (name) =>
    name === A ? form : undefined;

const NO_DIFFERENCE: MigrationDifferences = {
  hypervisor: [],
  instances: [],
  imagesType: [],
  formats: [],
  bytes: [],
  pool: null,
};

describe('no difference', () => {
  test.each<[string, readonly MigrationNode[], PoolBases]>([
    ['of no nodes', [], nothing],
    ['of one', nodes(has(A, raw)), poolHas(qcow2)],
    ['of 300 in the pool', nodes(...many(300)), poolHas(qcow2)],
    ['where ids are not known', nodes({ hypervisor: null }, {}, { hypervisor: null }), nothing],
    ['of 300 outside with the same files', nodes(...many(300, has(A, raw))), poolHas(qcow2)],
    [
      'of other names on each node',
      nodes(has(A, raw), has('b', qcow2), has('swap_512', { ...raw, size: 512 })),
      nothing,
    ],
    [
      'where one of two digests is not known',
      nodes(has(A, { ...raw, digest: 'x' }), has(A, raw), has(A, { ...raw, digest: null })),
      nothing,
    ],
    [
      'of files that flat disks do not need',
      nodes({ imagesType: 'flat', ...has(A, raw) }, { imagesType: 'flat', ...has(A, qcow2) }),
      nothing,
    ],
    [
      'where a node outside has the same as the pool and makes nothing raw',
      nodes({ ...has(A, qcow2), forcesRaw: false }, {}),
      poolHas(qcow2),
    ],
  ])('%s', (_, all, pool) => {
    expect(compareForMigration(all, pool)).toEqual(NO_DIFFERENCE);
  });
});

describe('differences', () => {
  const pools = (form: BaseForm) => ({ form, isPools: true, hosts: [] });
  const on = (form: BaseForm, ...hosts: readonly string[]) => ({ form, isPools: false, hosts });

  test.each<[string, readonly MigrationNode[], PoolBases, Partial<MigrationDifferences>]>([
    [
      'the ids of the user that runs QEMU, where they are known, the most common first',
      nodes({ hypervisor: '107:107' }, {}, { hypervisor: null }, {}),
      nothing,
      {
        hypervisor: [
          { value: '64055:104', hosts: ['c2', 'c4'] },
          { value: '107:107', hosts: ['c1'] },
        ],
      },
    ],
    [
      'folders of instances',
      nodes({}, { instances: '/srv/nova' }),
      nothing,
      {
        instances: [
          { value: '/var/lib/nova/instances', hosts: ['c1'] },
          { value: '/srv/nova', hosts: ['c2'] },
        ],
      },
    ],
    [
      'images_type',
      nodes(...many(2), { imagesType: 'rbd' }),
      nothing,
      {
        imagesType: [
          { value: 'qcow2', hosts: ['c1', 'c2'] },
          { value: 'rbd', hosts: ['c3'] },
        ],
      },
    ],
    [
      'a raw base where the pool has qcow2',
      nodes(has(A, raw), {}),
      poolHas(qcow2),
      {
        formats: [{ name: A, variants: [pools(qcow2), on(raw, 'c1')] }],
        pool: { members: ['c2'], others: ['c1'] },
      },
    ],
    [
      'the same, but no node has the pool',
      nodes(has(A, raw), has(A, qcow2), has(A, qcow2)),
      poolHas(raw),
      { formats: [{ name: A, variants: [on(raw, 'c1'), on(qcow2, 'c2', 'c3')] }] },
    ],
    [
      'sizes',
      nodes(has('swap_512', raw), has('swap_512', { ...raw, size: 5 })),
      nothing,
      { bytes: [{ name: 'swap_512', variants: [on(raw, 'c1'), on({ ...raw, size: 5 }, 'c2')] }] },
    ],
    [
      'bytes',
      nodes(has(A, { ...raw, digest: 'x' }), has(A, { ...raw, digest: 'y' })),
      nothing,
      { bytes: [expect.objectContaining({ name: A })] },
    ],
    [
      'the pool, and nodes whose nova would make raw files',
      nodes({}, { inPool: false }),
      nothing,
      { pool: { members: ['c1'], others: ['c2'] } },
    ],
    [
      'formats of one file and bytes of another',
      nodes(
        {
          inPool: false,
          bases: new Map([
            ['x', raw],
            ['y', raw],
          ]),
        },
        {
          inPool: false,
          bases: new Map([
            ['x', qcow2],
            ['y', { ...raw, size: 1 }],
          ]),
        },
      ),
      nothing,
      {
        formats: [expect.objectContaining({ name: 'x' })],
        bytes: [expect.objectContaining({ name: 'y' })],
      },
    ],
  ])('%s', (_, all, pool, expected) => {
    expect(compareForMigration(all, pool)).toEqual({ ...NO_DIFFERENCE, ...expected });
  });
});

describe('in the plan', () => {
  const said = (view: ReturnType<typeof derive>) =>
    view.findings
      .filter(({ check }) => check === 'migration')
      .map(({ host, severity, finding }) => `${host} ${severity} ${finding}`);

  test('of nodes that agree, and will all have the pool: nothing', () => {
    expect(said(derive(makeInventory(3)))).toEqual([]);
  });

  test('a node that stays outside with a raw base, beside one that gets the pool', () => {
    const inventory = makeInventory(2);
    const { images, cache } = inventory.settings.pool;
    const name = 'd9fc4be54c2b5fd1a6bfc2d4f0d7a9b8c3d2e1f0';
    const link = { name, size: 500_000, inode: 9 };
    const view = derive(inventory, {
      nfs01: [
        answer(folderFiles({ path: images }), []),
        answer(folderFiles({ path: cache }), [link]),
        answer(diskHeader({ path: `${CACHE}/${name}`, bytes: 2048 }), {
          size: 500_000,
          reading: plainDisk('qcow2', { version: 3 }),
        }),
      ],
      c1: [
        answer(baseFiles({ instances: '/var/lib/nova/instances' }), base('folder', [name])),
        answer(
          instanceDisks({ instances: '/var/lib/nova/instances' }),
          disks([
            overlay('vm-1/disk', name, 'raw'),
            { path: `_base/${name}`, size: GIB, id: null, reading: plainDisk('raw') },
          ]),
        ),
      ],
    });
    expect(view.findings.filter(({ severity }) => severity === 'block').map(({ host }) => host)).toEqual([
      'c1',
    ]);
    expect(said(view)).toEqual([
      expect.stringContaining(
        `nfs01 warning base files differ in format: ${name} (qcow2 in the pool, raw on c1)`,
      ),
      expect.stringContaining('nfs01 notice with the pool: c2; without the pool: c1'),
    ]);
  });

  test.each([
    ['nova-ids', 162, 'qemu', 64055, 104],
    ['owner', 64060, 'qemu', 107, 107],
  ])('what %s has said already is not said again', (check, novaId, name, uid, gid) => {
    const users = answer(novaUsers({}), {
      nova: { name: 'nova', uid: novaId, gid: novaId },
      hypervisor: { name, uid, gid },
    });
    const view = derive(makeInventory(2), { c2: [users] });
    expect(view.findings.map((each) => each.check)).toContain(check);
    expect(said(view)).toEqual([]);
  });

  test('300 nodes that differ in many values give short sentences', () => {
    const over = Object.fromEntries(
      Array.from({ length: 300 }, (__, index) => [
        `c${index + 1}`,
        [
          answer(novaUsers({}), {
            nova: { name: 'nova', uid: 64060, gid: 64060 },
            hypervisor: { name: 'libvirt-qemu', uid: 64055, gid: index % 7 },
          }),
        ],
      ]),
    );
    const [only, ...others] = said(derive(makeInventory(300), over));
    expect(others).toEqual([]);
    expect(only).toContain('; and 4 more');
    expect(only?.length).toBeLessThan(300);
  });

  test('groups of the hypervisor that differ are said, because nothing else says them', () => {
    const users = answer(novaUsers({}), {
      nova: { name: 'nova', uid: 64060, gid: 64060 },
      hypervisor: { name: 'libvirt-qemu', uid: 64055, gid: 994 },
    });
    expect(said(derive(makeInventory(2), { c2: [users] }))).toEqual([
      expect.stringContaining('64055:104 on c1; 64055:994 on c2'),
    ]);
  });
});
