import { describe, expect, test } from 'vitest';
import { user } from '../../../src/facts/account.ts';
import type { BaseFile } from '../../../src/facts/base-files.ts';
import { content } from '../../../src/facts/content.ts';
import { fileDigest } from '../../../src/facts/file-digest.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { glance } from '../../../src/facts/glance.ts';
import type { Glance } from '../../../src/facts/glance.ts';
import { exportLines } from '../../../src/facts/nfs-server.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { folderLocation } from '../../../src/facts/folder-location.ts';
import { storeFiles } from '../../../src/facts/glance-store-files.ts';
import type { StoreFiles } from '../../../src/facts/glance-store-files.ts';
import type { Host, Inventory } from '../../../src/inventory/inventory.ts';
import { STORE_LEDGER_FILE } from '../../../src/core/host-paths.ts';
import { findGlanceService } from '../../../src/pool/nodes/glance-service.ts';
import type { GlanceService } from '../../../src/pool/nodes/glance-service.ts';
import { glanceStore } from '../../../src/pool/nodes/glance-settings.ts';
import type { GlanceStore } from '../../../src/pool/nodes/glance-settings.ts';
import {
  GLANCE_UNITS,
  baseFile,
  IMAGES,
  STORAGE,
  answer,
  debianGlance,
  derive,
  folder,
  makeHost,
  makeInventory,
} from '../fixture.ts';
import type { Answers } from '../fixture.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-2222-3333-4444-555555555555';
const CONF = '/etc/glance/glance-api.conf';

const controller = (name: string, ...more: string[]): Host => makeHost(name, { groups: ['glance', ...more] });

/** Compute nodes c1 and c2, and these hosts with glance-api. */
function withGlance(...glanceHosts: readonly Host[]): Inventory {
  const inventory = makeInventory(2);
  return { ...inventory, glance: glanceHosts, hosts: [...inventory.hosts, ...glanceHosts] };
}

const owned = answer(folderLocation({ path: IMAGES }), folder(IMAGES, { uid: 64062, gid: 64062 }));

const file = (name: string, size = 10, over: Partial<BaseFile> = {}): BaseFile =>
  baseFile(name, { size, uid: 64062, gid: 64062, mode: '0640', ...over });

const store = (files: readonly BaseFile[], over: Partial<StoreFiles> = {}) =>
  answer(storeFiles({ path: IMAGES }), { kind: 'folder', real: IMAGES, files, complete: true, ...over });

const inPool = (...files: readonly (readonly [string, number])[]) =>
  answer(
    folderFiles({ path: IMAGES }),
    files.map(([name, size], inode) => ({ name, size, inode })),
  );

const digest = (name: string, hash: string | null) => answer(fileDigest({ path: `${IMAGES}/${name}` }), hash);

/** The pool with one controller, its findings about Glance, and its questions. */
function look(own: Answers, backend: Answers = [], inventory = withGlance(controller('ctl1'))) {
  const view = derive(inventory, { nfs01: [owned, ...backend], ctl1: own });
  const about = view.findings.filter(({ check }) => check.startsWith('glance'));
  return {
    view,
    said: about.map(({ host, severity, check, finding }) => `${host} ${severity} ${check}: ${finding}`),
    may_cover: (view.vars('ctl1')['glance'] as { may_cover?: unknown } | undefined)?.may_cover,
  };
}

describe('an empty store', () => {
  const { view, said } = look([]);

  test('nothing is found, and the images are exported to that host alone', () => {
    expect(said).toEqual([]);
    expect(view.vars('nfs01')['glance']).toEqual({ clients: ['198.51.100.23'] });
    expect((view.vars('nfs01')['pool'] as { clients: unknown }).clients).toEqual([
      '198.51.100.21',
      '198.51.100.22',
    ]);
  });

  test('what its play needs', () => {
    const vars = view.vars('ctl1');
    expect(Object.keys(vars)).toEqual(['os', 'pool', 'glance']);
    expect(vars['glance']).toEqual({
      source: `${STORAGE}:${IMAGES}`,
      unit: 'glance-api.service',
      store: IMAGES,
      mount_unit: 'var-lib-glance-images.mount',
      aliases: [],
      files: false,
      may_cover: 'empty',
      ledger: STORE_LEDGER_FILE,
      listing: '/run/fastboot/store.listing',
      owner: '64062:64062',
      copy_limit: null,
      gate: { store: `"${IMAGES}"`, mounts: `"nfs4 ${STORAGE}:${IMAGES}"` },
    });
  });

  test('a compute node that runs glance-api too has both, and its address once', () => {
    const both = controller('c3', 'compute');
    const inventory = { ...withGlance(both), compute: [...makeInventory(2).compute, both] };
    const vars = derive(inventory, { nfs01: [owned] });
    expect(Object.keys(vars.vars('c3'))).toEqual(['os', 'pool', 'nova', 'gate', 'glance']);
    expect(vars.findings.filter(({ severity }) => severity === 'block')).toEqual([]);
    expect(vars.vars('nfs01')['glance']).toEqual({ clients: ['198.51.100.23'] });
    expect((vars.vars('nfs01')['pool'] as { clients: unknown }).clients).toHaveLength(3);
  });

  test('its own export does not keep NFSv3 on; without the group it does, as ever', () => {
    const exported: Answers = [
      answer(exportLines({}), [
        { file: '/etc/exports.d/fastboot.exports', line: 2, text: `${IMAGES} h(rw)` },
      ]),
    ];
    const vers3 = (inventory: Inventory) =>
      (derive(inventory, { nfs01: [owned, ...exported] }).vars('nfs01')['pool'] as { vers3: boolean }).vers3;
    expect(vers3(withGlance(controller('ctl1')))).toBe(false);
    expect(vers3(makeInventory(2))).toBe(true);
  });
});

test.each<[string, Answers, Answers, RegExp]>([
  ['no user glance', [answer(user({ name: 'glance' }), null)], [], /block glance-ids: there is no user/],
  [
    'other ids',
    [answer(user({ name: 'glance' }), { uid: 161, gid: 161, home: '', shell: '', groups: [] })],
    [],
    /block glance-ids: glance is 161:161 here, .* belongs to 64062:64062/,
  ],
  [
    'the same uid with another gid',
    [answer(user({ name: 'glance' }), { uid: 64062, gid: 1, home: '', shell: '', groups: [] })],
    [],
    /block glance-ids/,
  ],
  [
    'kolla',
    [answer(glance(GLANCE_UNITS), { ...debianGlance, units: [], kolla: true })],
    [],
    /block glance-service: .*kolla/,
  ],
  [
    'its folder is below a network mount',
    [store([], { kind: 'remote' })],
    [],
    /block glance-store: .*network/,
  ],
  [
    'its folder is a disk of its own',
    [
      answer(mounts({}), [
        { id: 9, parent: 1, root: '/', path: IMAGES, type: 'ext4', source: '/dev/sdb1', options: [] },
      ]),
    ],
    [],
    /block glance-store: .*file system of its own \(\/dev\/sdb1\)/,
  ],
  ['a folder in it', [store([file('x', 1, { directory: true })])], [], /block glance-files: .*folders/],
  ['more files than fit', [store([], { complete: false })], [], /block glance-files: .*more entries/],
  [
    'a file of the same name with another size',
    [store([file(ID, 10)])],
    [inPool([ID, 11])],
    /block glance-files: .*of 11 bytes, not 10/,
  ],
  [
    'the same size with other bytes',
    [store([file(ID)]), digest(ID, 'a')],
    [inPool([ID, 10]), digest(ID, 'b')],
    /block glance-files: .*other bytes/,
  ],
  [
    'a file that cannot be read',
    [store([file(ID)]), digest(ID, null)],
    [inPool([ID, 10]), digest(ID, 'b')],
    /block glance-files: .*could not be read/,
  ],
])('%s', (_, own, backend, expected) => {
  const { said } = look(own, backend);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(expected);
});

describe('files in the store', () => {
  test('sums are asked for only where name and size are the same', () => {
    const { view, said } = look([store([file(ID)])], [inPool([ID, 10], [OTHER, 10])]);
    expect(view.questions('ctl1').map(({ key }) => key)).toEqual([
      fileDigest({ path: `${IMAGES}/${ID}` }).key,
    ]);
    expect(view.questions('nfs01')).toHaveLength(1);
    expect(said).toEqual([expect.stringContaining('warning')]);
  });

  test('what the pool lacks is copied, what it has stays, and the mount may hide what the last copy lists', () => {
    const lost = file('lost+found', 4096, { directory: true, inode: 11 });
    const { said, may_cover, view } = look(
      [store([file(ID), file(OTHER, 3 * 1024 ** 3), lost]), digest(ID, 'a')],
      [inPool([ID, 10]), digest(ID, 'a')],
    );
    expect(said).toEqual([
      `ctl1 warning glance-files: ${IMAGES} has 1 file (3.0 GiB) to copy to the pool while Glance runs, with their ids: ${OTHER}; ` +
        '1 file (0.0 GiB) in the pool already. Then fastboot stops glance-api, copies the newest files and mounts the pool. The old files stay under the mount',
    ]);
    expect(may_cover).toEqual({ listing: '/run/fastboot/store.listing' });
    expect(view.questions('ctl1')).toEqual([]);
  });

  test('what an earlier run has proved is not read again, as long as both files are those', () => {
    const own = [
      store([file(ID)]),
      answer(content({ path: STORE_LEDGER_FILE }), `10 1700000000 7 0 ${ID}//\n`),
    ];
    expect(look(own, [inPool([ID, 10])]).view.questions('nfs01')).toEqual([]);
    expect(look(own, [inPool([OTHER, 10], [ID, 10])]).view.questions('nfs01')).toHaveLength(1);
  });

  test('a pool without the room for it blocks, files that are none of Glance’s do too', () => {
    const small = answer(
      folderLocation({ path: IMAGES }),
      folder(IMAGES, { uid: 64062, gid: 64062, space: { total: 4000, free: 1000 } }),
    );
    const said = [
      look([store([file(ID, 1_024_001)])], [small]),
      look([store([file(ID, 1_024_000)])], [small]),
      look([store([file('.x')])]),
    ].map((each) => each.said[0]);
    expect(said).toEqual([
      expect.stringMatching(/block glance-files: .*The pool has too little space/),
      expect.stringMatching(/warning glance-files/),
      expect.stringMatching(/block glance-files: .*not Glance's: \.x/),
    ]);
  });

  test('two stores with different files under one name block each other', () => {
    const inventory = withGlance(controller('ctl1'), controller('ctl2'));
    const said = (...more: readonly (readonly [Answers, Answers])[]) =>
      more.map(([one, two]) =>
        derive(inventory, { nfs01: [owned], ctl1: one, ctl2: two })
          .findings.filter(({ finding }) => finding.includes('has another file of this name'))
          .map(({ host }) => host),
      );
    expect(
      said(
        [[store([file(ID, 10)])], [store([file(ID, 11)])]],
        [
          [store([file(ID)]), digest(ID, 'a')],
          [store([file(ID)]), digest(ID, 'b')],
        ],
        [
          [store([file(ID)]), digest(ID, 'a')],
          [store([file(ID)]), digest(ID, 'a')],
        ],
      ),
    ).toEqual([['ctl1', 'ctl2'], ['ctl1', 'ctl2'], []]);
  });
});

describe('the folder by the configuration', () => {
  const said = (lines: readonly string[], more: Partial<Glance> = {}, setting = 'auto') =>
    glanceStore(setting, { ...debianGlance, files: [{ path: CONF, lines }], ...more }, debianGlance.units[0]);

  test.each<[string, readonly string[], string | GlanceStore]>([
    ['nothing set', [], IMAGES],
    ['glance_store', ['[glance_store]', 'filesystem_store_datadir = /srv/images/'], '/srv/images'],
    [
      'a back end by name',
      [
        '[DEFAULT]',
        'enabled_backends = ceph:rbd, fast:file',
        '[glance_store]',
        'default_backend = fast',
        '[fast]',
        'filesystem_store_datadir=/f',
      ],
      '/f',
    ],
    [
      'the default back end is not a file store',
      ['[DEFAULT]', 'enabled_backends = ceph:rbd, fast:file', '[glance_store]', 'default_backend = ceph'],
      { kind: 'other-type', type: 'rbd' },
    ],
    ['the old way to say so', ['[glance_store]', 'default_store = rbd'], { kind: 'other-type', type: 'rbd' }],
    [
      'several folders',
      ['[glance_store]', 'filesystem_store_datadirs = /a:200'],
      { kind: 'several-folders', section: 'glance_store' },
    ],
    [
      'a folder made of other options',
      ['[glance_store]', 'filesystem_store_datadir = $state_path/x'],
      { kind: 'unusable-path', section: 'glance_store', path: '$state_path/x' },
    ],
  ])('%s', (_, lines, expected) => {
    const found = said(lines);
    expect(found).toEqual(typeof expected === 'string' ? { kind: 'folder', path: expected } : expected);
  });

  test('files that are read later win; a setting must agree', () => {
    const files = [
      { path: CONF, lines: ['[glance_store]', 'filesystem_store_datadir = /a'] },
      {
        path: '/etc/glance/glance-api.conf.d/z.conf',
        lines: ['[glance_store]', 'filesystem_store_datadir = /b'],
      },
    ];
    expect(said([], { files, running: [] })).toEqual({ kind: 'folder', path: '/b' });
    // Debian's unit names the file, so that it is read after the folders (docs/facts.md#fact-17)
    expect(said([], { files })).toEqual({ kind: 'folder', path: '/a' });
    expect(said([], { files }, '/a')).toEqual({ kind: 'folder', path: '/a' });
    expect(said([], { files }, '/c')).toEqual({ kind: 'other-folder', path: '/a', setting: '/c' });
  });
});

test.each<[string, string, Partial<Glance>, string | GlanceService]>([
  ['found', 'auto', {}, 'glance-api.service'],
  ['left alone', 'none', { units: [] }, 'none'],
  ['none at all', 'auto', { units: [] }, { kind: 'not-found', units: GLANCE_UNITS.units, web: null }],
  [
    'in a web server',
    'auto',
    { units: [], web: ['/etc/httpd/conf.d/10-glance_wsgi.conf'] },
    { kind: 'not-found', units: GLANCE_UNITS.units, web: '/etc/httpd/conf.d/10-glance_wsgi.conf' },
  ],
  [
    'masked',
    'glance-x',
    { units: [{ name: 'glance-x.service', load: 'masked', active: '', command: [] }] },
    { kind: 'masked', unit: 'glance-x.service' },
  ],
])('the unit: %s', (_, setting, over, expected) => {
  const found = findGlanceService(setting, { ...debianGlance, ...over });
  const word = found.kind === 'unit' ? found.unit.name : found.kind === 'none' ? 'none' : found;
  expect(word).toEqual(expected);
});
