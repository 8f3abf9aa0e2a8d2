import { describe, expect, test } from 'vitest';
import { liveMountAt, mountsOfBackend, oldMounts } from '../../../src/pool/storage/nfs-identity.ts';
import type { FolderIdentity } from '../../../src/pool/storage/nfs-identity.ts';
import { keepsVersion3 } from '../../../src/pool/storage/nfs-version3.ts';
import type { Version3Case } from '../../../src/pool/storage/nfs-version3.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { nfsServer, exportLines } from '../../../src/facts/nfs-server.ts';
import { content } from '../../../src/facts/content.ts';
import { CACHE, INSTANCES, STORAGE, answer, derive, makeInventory, rootMount } from '../fixture.ts';
import { mountTable } from '../mount-table.ts';

const BASE = `${INSTANCES}/_base`;
const pool: FolderIdentity = {
  addresses: new Set(['10.11.0.10', '192.0.2.10']),
  folders: [CACHE, '/data/imagecache'],
  pseudoRoot: null,
};

/** As a kernel 6.1 shows it. */
const live = (source: string, type = 'nfs4', addr = '10.11.0.10', root = '/') =>
  mountTable(
    `26 1 8:1 / / rw - ext4 /dev/vda rw\n120 26 0:38 ${root} ${BASE} rw,relatime shared:57 - ${type} ${source} rw,vers=${type === 'nfs' ? '3' : '4.2'},hard,proto=tcp,addr=${addr}\n`,
  );

describe('a live mount is the pool already', () => {
  test.each([
    ['by the name of the server', live(`nfs01:${CACHE}`), true],
    ['by its address', live(`10.11.0.10:${CACHE}`), true],
    ['by another address of it', live(`192.0.2.10:${CACHE}`, 'nfs4', '192.0.2.10'), true],
    ['NFSv3', live(`nfs01:${CACHE}`, 'nfs'), true],
    ['with a slash at the end', live(`nfs01:${CACHE}/`), true],
    ['by where the folder really is', live('nfs01:/data/imagecache'), true],
    [
      'a part of a mount of a folder above',
      live('nfs01:/var/lib/glance', 'nfs4', '10.11.0.10', '/imagecache'),
      true,
    ],
    ['a folder above', live('nfs01:/var/lib/glance'), false],
    ['another folder', live('nfs01:/srv/cache'), false],
    ['another server by the same name', live(`nfs01:${CACHE}`, 'nfs4', '10.11.0.66'), false],
    ['no NFS', live(`nfs01:${CACHE}`, 'ceph'), false],
    ['nothing', [rootMount], false],
  ])('%s', (_, table, expected) => {
    expect(liveMountAt(table, BASE, pool) !== undefined).toBe(expected);
  });

  const below = { ...pool, pseudoRoot: '/var/lib/glance' };
  test.each([
    ['below fsid=0', live('nfs01:/imagecache'), below, true],
    ['below fsid=0, the pool itself', live('nfs01:/'), { ...pool, pseudoRoot: CACHE }, true],
    ['NFSv3 knows no fsid=0', live('nfs01:/imagecache', 'nfs'), below, false],
    ['NFSv3 by the whole path', live(`nfs01:${CACHE}`, 'nfs'), below, true],
  ])('%s', (_, table, identity, expected) => {
    expect(liveMountAt(table, BASE, identity) !== undefined).toBe(expected);
  });

  test('mounts of other servers count for nothing', () => {
    const table = [...live(`nfs01:${CACHE}`, 'nfs'), ...live('filer:/home', 'nfs', '10.11.0.66')];
    expect(mountsOfBackend(table, pool)).toHaveLength(1);
    expect(oldMounts(table, pool)).toHaveLength(1);
    expect(oldMounts(live(`nfs01:${CACHE}`), pool)).toEqual([]);
  });
});

describe('NFSv3 stays on', () => {
  const none: Version3Case = {
    exportsOthers: false,
    isRunning: true,
    isOffered: true,
    users: [],
    unread: [],
    isOffAlready: false,
  };
  test.each<[string, Partial<Version3Case>, boolean]>([
    ['nobody needs it', {}, false],
    ['a node has such a mount', { users: ['c1'] }, true],
    ['a node has one of a server that is down', { users: ['c1'], isRunning: false, isOffered: false }, true],
    ['a node was not read', { unread: ['c2'] }, true],
    ['a node was not read, but it was switched off before', { unread: ['c2'], isOffAlready: true }, false],
    ['a node was not read, but the server never offered it', { unread: ['c2'], isOffered: false }, false],
    [
      'a node was not read, and there is no server yet',
      { unread: ['c2'], isRunning: false, isOffered: false },
      false,
    ],
    ['something else is exported', { exportsOthers: true }, true],
    ['something else is exported, by version 4 only', { exportsOthers: true, isOffered: false }, false],
  ])('%s', (_, over, expected) => {
    expect(keepsVersion3({ ...none, ...over })).toBe(expected);
  });
});

describe('nodes with a mount that was made by hand', () => {
  const inventory = makeInventory(2);
  const old = answer(mounts({}), live(`nfs01:${CACHE}`, 'nfs', STORAGE));
  const running = answer(nfsServer({}), { threads: 8, versions: ['3', '4', '4.1', '4.2'], clients: [] });
  const byHand = answer(exportLines({}), [
    { file: '/etc/exports', line: 1, text: `${CACHE} *(rw,no_root_squash)` },
  ]);

  test('its name is accepted by the mount and by the gate, and NFSv3 stays on', () => {
    const view = derive(inventory, { nfs01: [running, byHand], c1: [old] });
    expect(view.vars('c1')).toMatchObject({
      nova: { aliases: [`nfs01:${CACHE}`] },
      gate: { mounts: `"nfs4 ${STORAGE}:${CACHE}" "nfs nfs01:${CACHE}"` },
      pool: { vers3: true },
    });
    expect(view.vars('c2')).toMatchObject({
      nova: { aliases: [] },
      gate: { mounts: `"nfs4 ${STORAGE}:${CACHE}"` },
    });
  });

  test('once nobody has such a mount, NFSv3 goes', () => {
    expect(derive(inventory, { nfs01: [running, byHand] }).vars('nfs01')).toMatchObject({
      pool: { vers3: false },
    });
  });

  test('a node that was not read may have one, until it was switched off once', () => {
    const unread = derive(inventory, { nfs01: [running] }, ['c2']);
    expect(unread.vars('nfs01')).toMatchObject({ pool: { vers3: true } });
    const off = answer(
      content({ path: '/etc/nfs.conf.d/fastboot.conf' }),
      '[nfsd]\nthreads=8\nvers3=false\n',
    );
    expect(derive(inventory, { nfs01: [running, off] }, ['c2']).vars('nfs01')).toMatchObject({
      pool: { vers3: false },
    });
  });
});
