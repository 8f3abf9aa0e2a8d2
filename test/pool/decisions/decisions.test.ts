import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockOffsets } from '../../../src/pool/decisions/clock-offsets.ts';
import { dangerousExports, exportsOthers, parseExportLines } from '../../../src/pool/storage/nfs-exports.ts';
import { commonParent, parsePinned } from '../../../src/pool/decisions/link-sync-config.ts';
import { decideNovaIds } from '../../../src/pool/decisions/nova-ids.ts';
import { decideOwner } from '../../../src/pool/decisions/owner.ts';
import type { OwnerInput } from '../../../src/pool/decisions/owner.ts';
import { nfsThreads } from '../../../src/pool/storage/nfs-threads.ts';

describe('clocks', () => {
  const reading = (host: string, offset: number) => ({ host, seconds: 1000 + offset, receivedAt: 1000 });

  test.each([
    ['one host', [7], [0]],
    ['two hosts: one is at the median', [0, 5], [0, 5]],
    ['three', [-3, 0, 1], [-3, 0, 1]],
    ['four', [0, 0, 4, 9], [0, 0, 4, 9]],
    ['all wrong alike', [60, 60, 60], [0, 0, 0]],
  ])('%s', (_, offsets, expected) => {
    const result = clockOffsets(offsets.map((offset, index) => reading(String(index), offset)));
    expect([...result.values()]).toEqual(expected);
  });

  test('at most half of the hosts are ahead, at most half behind; the controller counts for nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1 }),
        fc.integer(),
        (offsets, shift) => {
          const hosts = offsets.map((offset, index) => reading(String(index), offset));
          const result = [...clockOffsets(hosts).values()];
          expect(result.filter((offset) => offset > 0).length).toBeLessThanOrEqual(offsets.length / 2);
          expect(result.filter((offset) => offset < 0).length).toBeLessThanOrEqual(offsets.length / 2);
          const elsewhere = hosts.map((host) => ({ ...host, receivedAt: host.receivedAt + shift }));
          expect([...clockOffsets(elsewhere).values()]).toEqual(result);
        },
      ),
    );
  });
});

describe("nova's ids", () => {
  const node = (host: string, ids: string | null, isMember = false) => {
    const [uid, gid] = (ids ?? '').split(':').map(Number);
    return { host, nova: ids === null ? null : { name: 'nova', uid: uid ?? 0, gid: gid ?? 0 }, isMember };
  };

  test.each<[string, ReturnType<typeof node>[], number | null, number | null, string[], boolean]>([
    ['all agree', [node('a', '5:6'), node('b', '5:6')], null, 6, [], false],
    ['nobody has nova', [node('a', null)], null, null, [], false],
    ['those without nova do not count', [node('a', null), node('b', '5:6')], null, 6, [], false],
    [
      'no pool yet and no agreement: all are refused',
      [node('a', '5:6'), node('b', '7:8')],
      null,
      null,
      ['a', 'b'],
      true,
    ],
    ['same gid, other uid, no pool yet', [node('a', '5:6'), node('b', '7:6')], null, null, ['a', 'b'], true],
    [
      'the pool is there: only the stranger is blocked',
      [node('a', '5:6', true), node('b', '7:8')],
      6,
      6,
      ['b'],
      false,
    ],
    ['the uid of the members counts', [node('a', '7:6'), node('b', '5:6', true)], 6, 6, ['a'], false],
    [
      'a pool without members, newcomers disagree in the uid',
      [node('a', '7:6'), node('b', '5:6')],
      6,
      6,
      ['a', 'b'],
      false,
    ],
    ['a pool, and all that was read are strangers', [node('a', '7:8')], 6, 6, ['a'], false],
    ['nothing was read', [], 6, 6, [], false],
  ])('%s', (_, nodes, pinned, gid, blocked, refused) => {
    const result = decideNovaIds(nodes, pinned);
    expect(result.gid).toBe(gid);
    expect([...result.blocked.keys()]).toEqual(blocked);
    expect(result.isRefused).toBe(refused);
  });

  test('problems name the ids', () => {
    const nodes = [node('c1', '64060:64060'), node('c2', '162:162'), node('c3', '64060:64060')];
    expect(decideNovaIds(nodes, null).blocked.get('c2')).toMatchObject({
      kind: 'no-agreement',
      own: { host: 'c2', uid: 162, gid: 162 },
    });
    expect(decideNovaIds([node('c9', '162:162')], 64060).blocked.get('c9')).toMatchObject({
      kind: 'other-ids',
      own: { host: 'c9' },
      pool: 'gid 64060',
    });
    expect(decideNovaIds([node('a', '1:6'), node('b', '2:6')], 6).blocked.get('a')).toEqual({
      kind: 'uids-differ',
    });
  });
});

describe("the links' owner", () => {
  const ids = (text: string) => ({
    name: 'q',
    uid: Number(text.split(':')[0]),
    gid: Number(text.split(':')[1]),
  });
  const input = (over: Partial<OwnerInput>): OwnerInput => ({
    setting: 'auto',
    pinned: null,
    hypervisors: [],
    complete: true,
    novaUids: [64060],
    ...over,
  });

  test.each<[string, Partial<OwnerInput>, string, boolean, boolean]>([
    ['all agree', { hypervisors: [ids('64055:104'), ids('64055:104')] }, '64055:104', false, false],
    ['gids differ', { hypervisors: [ids('64055:104'), ids('64055:108')] }, '64055:0', false, false],
    ['uids differ', { hypervisors: [ids('64055:104'), ids('107:107')] }, 'keep', true, false],
    ['unknown on one node', { hypervisors: [ids('64055:104'), null] }, 'keep', true, false],
    ['no node', {}, 'keep', true, false],
    ['pinned once', { pinned: '64055:104', hypervisors: [ids('107:107')] }, '64055:104', false, false],
    [
      'keep is resolved anew when all were read',
      { pinned: 'keep', hypervisors: [ids('1:2')] },
      '1:2',
      false,
      false,
    ],
    [
      'keep stays while some were not read',
      { pinned: 'keep', hypervisors: [ids('1:2')], complete: false },
      'keep',
      true,
      false,
    ],
    ['said', { setting: '10:20', pinned: '1:2', hypervisors: [ids('1:2')] }, '10:20', false, false],
    ['keep is said', { setting: 'keep', pinned: '1:2' }, 'keep', false, false],
    ["said, and it is nova's", { setting: '64060:20' }, '64060:20', false, true],
    ["pinned, and it is nova's", { pinned: '64060:20' }, '64060:20', false, true],
  ])('%s', (_, over, owner, isKept, isNova) => {
    const result = decideOwner(input(over));
    expect(result).toMatchObject({ owner });
    expect([result.kept !== null, result.novaUid !== null]).toEqual([isKept, isNova]);
  });
});

describe('exports', () => {
  const lines = (...texts: string[]) =>
    texts.map((text, index) => ({ file: '/etc/exports', line: index + 1, text }));
  const cache = '/var/lib/glance/imagecache';

  test.each([
    [`${cache} *(ro)`, true],
    [`${cache} 192.0.2.1(rw,no_root_squash)`, true],
    ['/var/lib/glance *(ro)', true],
    ['/ 192.0.2.1(rw,no_root_squash)', true],
    [`${cache} 192.0.2.1(rw)`, false],
    [`${cache}2 *(rw,no_root_squash)`, false],
    ['/var/lib/glance/images *(rw,no_root_squash)', false],
  ])('dangerous for the pool: %s', (text, expected) => {
    expect(dangerousExports(parseExportLines(lines(text)), cache)).toHaveLength(expected ? 1 : 0);
  });

  test('anything but the pool counts as something else', () => {
    expect(exportsOthers(parseExportLines(lines(`${cache} h(rw)`)), cache)).toBe(false);
    expect(exportsOthers(parseExportLines(lines(`${cache} h(rw)`, '/srv h(ro)')), cache)).toBe(true);
  });
});

describe('threads', () => {
  test.each([
    [0, 16],
    [1, 16],
    [32, 16],
    [33, 32],
    [64, 32],
    [300, 256],
    [5000, 256],
  ])('%i compute nodes: %i', (nodes, expected) => expect(nfsThreads('auto', nodes)).toBe(expected));

  test('a number is taken as it is', () => expect(nfsThreads(3, 1000)).toBe(3));
});

test.each([
  ['/var/lib/glance/images', '/var/lib/glance/imagecache', '/var/lib/glance'],
  ['/a/b/c', '/a/b2/c', '/a'],
  ['/a', '/b', '/'],
])('common parent of %s and %s', (a, b, expected) => expect(commonParent(a, b)).toBe(expected));

test.each<[string, string | null, ReturnType<typeof parsePinned>]>([
  ['none', null, { owner: null, gid: null, hold: [], adopted: [] }],
  ['damaged', '{"owner"', null],
  ['no object', '[1', null],
  [
    'whole',
    '{"owner":"1:2","cacheOwner":"0:64060","hold":["x"],"adopted":["y"]}',
    { owner: '1:2', gid: 64060, hold: ['x'], adopted: ['y'] },
  ],
  [
    'nobody was known',
    '{"owner":"keep","cacheOwner":"0:0"}',
    { owner: 'keep', gid: null, hold: [], adopted: [] },
  ],
])('the present configuration: %s', (_, text, expected) => expect(parsePinned(text)).toEqual(expected));
