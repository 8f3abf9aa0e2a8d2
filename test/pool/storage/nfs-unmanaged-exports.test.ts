import { describe, expect, test } from 'vitest';
import { mounts } from '../../../src/facts/mounts.ts';
import { nfsPeers } from '../../../src/facts/nfs-peers.ts';
import type { NfsPeers } from '../../../src/facts/nfs-peers.ts';
import { exportLines } from '../../../src/facts/nfs-server.ts';
import { route } from '../../../src/facts/route.ts';
import type { UnmanagedExport } from '../../../src/pool/storage/nfs-unmanaged-exports.ts';
import { CACHE, INSTANCES, STORAGE, answer, derive, makeInventory } from '../fixture.ts';
import type { Answers } from '../fixture.ts';
import { mountTable } from '../mount-table.ts';

/** Nodes c1 and c2 have 198.51.100.21 and .22. */
const inventory = makeInventory(2);
const [c1, c2, stranger] = ['198.51.100.21', '198.51.100.22', '198.51.100.99'];

const exported = (...lines: readonly string[]) =>
  answer(
    exportLines({}),
    lines.map((text, index) => ({ file: '/etc/exports', line: index + 1, text: `${CACHE} ${text}` })),
  );
const peers = (over: Partial<NfsPeers>) =>
  answer(nfsPeers({}), { own: [STORAGE], clients: [], unprivileged: [], remembered: [], ...over });
const mounted = (options: string, type = 'nfs4', addr = STORAGE) =>
  answer(
    mounts({}),
    mountTable(
      `120 26 0:38 / ${INSTANCES}/_base rw,relatime shared:57 - ${type} nfs01:${CACHE} rw,hard,proto=tcp,${options},addr=${addr}\n`,
    ),
  );

const foreign = (
  over: Readonly<Record<string, Answers>>,
  unread: readonly string[] = [],
): readonly UnmanagedExport[] =>
  (
    derive(inventory, over, unread).vars('nfs01') as {
      pool: { unmanaged_exports: readonly UnmanagedExport[] };
    }
  ).pool.unmanaged_exports;

describe('an export for everyone', () => {
  const line = exported('*(rw,no_root_squash)');

  test('goes where only compute nodes with a line of their own can use it', () => {
    const over = { nfs01: [line, peers({ clients: [c1, c2] })], c1: [mounted(`clientaddr=${c1}`)] };
    expect(foreign(over)).toEqual([
      {
        file: '/etc/exports',
        path: CACHE,
        client: '*',
        options: 'rw,no_root_squash',
        served: true,
        blocked_by: [],
        remedy: expect.any(String) as string,
        users: [c1, c2],
      },
    ]);
  });

  test('is no finding beside the change that it is', () => {
    const { findings: checks } = derive(inventory, { nfs01: [line] });
    expect(checks.filter(({ check }) => check === 'exports')).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, Answers>>, readonly string[], readonly string[]]>([
    ['a stranger is connected', { nfs01: [line, peers({ clients: [stranger] })] }, [], [stranger]],
    [
      'the backend itself has it mounted',
      { nfs01: [line, peers({ clients: ['127.0.0.1'] })] },
      [],
      ['this host itself'],
    ],
    [
      'mountd remembers a stranger',
      { nfs01: [line, peers({ remembered: [{ client: stranger, path: CACHE }] })] },
      [],
      [stranger, 'rmtab'],
    ],
    [
      'mountd remembers another folder, and nodes by address and name',
      {
        nfs01: [
          line,
          peers({
            remembered: [
              { client: stranger, path: '/home' },
              { client: c1, path: CACHE },
              { client: 'c2.example.com', path: CACHE },
            ],
          }),
        ],
      },
      [],
      [],
    ],
    ['a node was not read', { nfs01: [line] }, ['c2'], ['not read: c2']],
    [
      'a node has mounted it from another address',
      { nfs01: [line], c1: [mounted('vers=4.2,clientaddr=192.0.2.21', 'nfs4', STORAGE)] },
      [],
      ['c1', '192.0.2.21'],
    ],
    [
      'a node has an NFSv3 mount of the address that it would use',
      { nfs01: [line], c1: [mounted('vers=3', 'nfs')] },
      [],
      [],
    ],
    [
      'a node has an NFSv3 mount of another address',
      {
        nfs01: [line, peers({ own: [STORAGE, '192.0.2.10'] })],
        c1: [mounted('vers=3', 'nfs', '192.0.2.10')],
      },
      [],
      ['c1', 'unknown address'],
    ],
    [
      'a node is blocked and has it mounted',
      {
        nfs01: [line],
        c1: [
          mounted(`vers=4.2,clientaddr=${c1}`),
          answer(route({ address: STORAGE }), {
            address: STORAGE,
            local: false,
            source: null,
            device: null,
            speed: null,
          }),
        ],
      },
      [],
      ['c1', 'blocked'],
    ],
  ])('%s', (_, over, unread, said) => {
    const blockedBy = foreign(over, unread)[0]?.blocked_by.join('; ');
    expect(blockedBy === '').toBe(said.length === 0);
    for (const word of said) expect(blockedBy).toContain(word);
  });

  test('whose file handles name a number of its own stays', () => {
    const [found] = foreign({ nfs01: [exported('*(rw,no_root_squash,fsid=7)')] });
    expect(found?.blocked_by).toEqual([expect.stringContaining('fsid=7')]);
  });
});

describe('other clients', () => {
  test.each([
    ['a network that the stranger is in', '198.51.100.0/24(rw)', true, [stranger]],
    ['a network with a mask', '198.51.100.0/255.255.255.0(rw)', true, [stranger]],
    ['a network that the stranger is not in', '198.51.100.0/27(rw)', true, []],
    ['names by a pattern', '*.example.com(rw)', true, [stranger]],
    ['a netgroup', '@compute(rw)', true, [stranger]],
    ['a node by its address', `${c1}(rw,no_root_squash)`, true, []],
    ['a node by its name', 'c2.example.com(rw,no_root_squash)', true, []],
    ['another host', '198.51.100.50(rw)', false, []],
    ['another host by its name', 'backup(rw)', false, []],
  ])('%s', (_, text, taken, said) => {
    const found = foreign({ nfs01: [exported(text), peers({ clients: [stranger] })] });
    expect(found.length).toBe(taken ? 1 : 0);
    expect(found.flatMap(({ blocked_by: blockedBy }) => blockedBy).length).toBe(said.length);
  });

  test("the server's entry for a node is fastboot's own, by its address and by its name", () => {
    const found = foreign({ nfs01: [exported(`${c1}(rw,no_root_squash)`, 'c2(rw)')] });
    expect(found.map(({ served }) => served)).toEqual([false, false]);
  });
});

describe('a node whose live mount would not survive a line of its own is left alone', () => {
  const blocks = (over: Readonly<Record<string, Answers>>) =>
    derive(inventory, over)
      .findings.filter(({ severity, check }) => severity === 'block' && check === 'live-mount')
      .map(({ host }) => host);

  test.each<[string, Readonly<Record<string, Answers>>, readonly string[]]>([
    ['mounted from any port', { c1: [mounted('noresvport')] }, ['c1']],
    [
      'translated to a high port',
      { c1: [mounted('vers=4.2')], nfs01: [peers({ unprivileged: [c1] })] },
      ['c1'],
    ],
    ['a high port without a mount', { nfs01: [peers({ unprivileged: [c1] })] }, []],
    [
      'exported to it with a number',
      { c1: [mounted('vers=4.2')], c2: [mounted('vers=4.2')], nfs01: [exported(`${c1}(rw,fsid=3)`)] },
      ['c1'],
    ],
    [
      'exported to its name with a number',
      { c1: [mounted('vers=4.2')], nfs01: [exported('c1.example.com(rw,fsid=3)')] },
      ['c1'],
    ],
    ['exported to it with a number, not mounted', { nfs01: [exported(`${c1}(rw,fsid=3)`)] }, []],
    ['mounted as anyone would', { c1: [mounted('vers=4.2')] }, []],
  ])('%s', (_, over, expected) => {
    expect(blocks(over)).toEqual(expected);
  });
});

describe('fsid=0', () => {
  const root = (path: string) =>
    answer(exportLines({}), [{ file: '/etc/exports', line: 3, text: `${path} *(ro,fsid=0)` }]);

  test.each([
    ['/var/lib/glance', `${STORAGE}:/imagecache`],
    [CACHE, `${STORAGE}:/`],
  ])('on %s: the pool is %s', (path, source) => {
    expect(derive(inventory, { nfs01: [root(path)] }).vars('c1')).toMatchObject({ pool: { source } });
  });

  test('elsewhere: nobody could mount the pool', () => {
    const { findings: checks } = derive(inventory, { nfs01: [root('/srv')] });
    expect(checks).toContainEqual(
      expect.objectContaining({ host: 'nfs01', check: 'exports', severity: 'block' }),
    );
  });
});
