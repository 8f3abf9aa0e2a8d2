import { fileDigest } from '../../../src/facts/file-digest.ts';
import { folderFiles } from '../../../src/facts/folder-files.ts';
import { storeFiles } from '../../../src/facts/glance-store-files.ts';
import type { BaseFile } from '../../../src/facts/base-files.ts';
import { answer, IMAGES } from '../fixture.ts';
import { file, GIB, noFindings, noRoom, OTHER_SUM, SUM } from './case.ts';
import type { CheckCase } from './case.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-2222-3333-4444-555555555555';
const store = (files: readonly BaseFile[], complete = true) =>
  answer(storeFiles({ path: IMAGES }), { kind: 'folder', real: IMAGES, files, complete });
const inPool = (...files: readonly { readonly name: string; readonly size: number }[]) =>
  answer(
    folderFiles({ path: IMAGES }),
    files.map((each, inode) => ({ ...each, inode })),
  );
const sum = (name: string, digest: string) => answer(fileDigest({ path: `${IMAGES}/${name}` }), digest);

export default [
  { name: 'an empty store', findings: noFindings },
  {
    name: 'one file to copy, one that the pool has',
    facts: {
      nfs01: [inPool({ name: ID, size: GIB }), sum(ID, SUM)],
      ctl1: [store([file(ID), file(OTHER, { size: 3 * GIB })]), sum(ID, SUM)],
    },
    findings: [
      {
        host: 'ctl1',
        code: 'plan',
        fields: {
          folder: '/var/lib/glance/images',
          copied: { total: 1, first: ['99999999-2222-3333-4444-555555555555'] },
          copiedSize: 3221225472,
          same: 1,
          sameSize: 1073741824,
        },
        finding:
          '/var/lib/glance/images has 1 file (3.0 GiB) to copy to the pool while Glance runs, with their ids: 99999999-2222-3333-4444-555555555555; 1 file (1.0 GiB) in the pool already. Then fastboot stops glance-api, copies the newest files and mounts the pool. The old files stay under the mount',
      },
    ],
  },
  {
    name: 'more files than can be listed',
    facts: { ctl1: [store([], false)] },
    findings: [
      {
        host: 'ctl1',
        code: 'incomplete',
        fields: { folder: '/var/lib/glance/images' },
        finding: '/var/lib/glance/images has more entries than fastboot can list',
      },
    ],
  },
  {
    name: 'images that cannot be listed',
    facts: { nfs01: [answer(folderFiles({ path: IMAGES }), null)], ctl1: [store([file(ID)])] },
    findings: [
      {
        host: 'ctl1',
        code: 'pool-unreadable',
        fields: {},
        finding: "the pool's images could not be listed, so nothing can be compared",
      },
    ],
  },
  {
    name: 'a folder',
    facts: { ctl1: [store([file('x', { directory: true })])] },
    findings: [
      {
        host: 'ctl1',
        code: 'folders',
        fields: { folder: '/var/lib/glance/images', names: { total: 1, first: ['x'] } },
        finding: '/var/lib/glance/images holds folders, which Glance does not make: x',
      },
    ],
  },
  {
    name: "a name that is not Glance's",
    facts: { ctl1: [store([file('.x')])] },
    findings: [
      {
        host: 'ctl1',
        code: 'strange-names',
        fields: { folder: '/var/lib/glance/images', names: { total: 1, first: ['.x'] } },
        finding: "/var/lib/glance/images holds files that are not Glance's: .x",
      },
    ],
  },
  {
    name: 'another size',
    facts: { nfs01: [inPool({ name: ID, size: 11 })], ctl1: [store([file(ID, { size: 10 })])] },
    findings: [
      {
        host: 'ctl1',
        code: 'conflicts',
        fields: {
          folder: '/var/lib/glance/images',
          size: 10,
          files: {
            total: 1,
            first: [
              {
                name: '11111111-2222-3333-4444-555555555555',
                reason: { kind: 'other-size', size: 10, poolSize: 11 },
              },
            ],
          },
        },
        finding:
          '/var/lib/glance/images holds 1 file (0.0 GiB) that cannot come into the pool under its id: 11111111-2222-3333-4444-555555555555 (the pool has another file of this name, of 11 bytes, not 10)',
      },
    ],
  },
  {
    name: 'other bytes',
    facts: {
      nfs01: [inPool({ name: ID, size: GIB }), sum(ID, OTHER_SUM)],
      ctl1: [store([file(ID)]), sum(ID, SUM)],
    },
    findings: [
      {
        host: 'ctl1',
        code: 'conflicts',
        fields: {
          folder: '/var/lib/glance/images',
          size: 1073741824,
          files: {
            total: 1,
            first: [{ name: '11111111-2222-3333-4444-555555555555', reason: { kind: 'other-bytes' } }],
          },
        },
        finding:
          '/var/lib/glance/images holds 1 file (1.0 GiB) that cannot come into the pool under its id: 11111111-2222-3333-4444-555555555555 (the pool has other bytes under this name)',
      },
    ],
  },
  {
    name: 'no room',
    facts: { nfs01: noRoom, ctl1: [store([file(ID)])] },
    findings: [
      {
        host: 'ctl1',
        code: 'no-room',
        fields: { files: 1, size: 1073741824, folder: '/var/lib/glance/images' },
        finding:
          "1 file (1.0 GiB) of this host's store must be copied to the pool. The pool has too little space",
      },
    ],
  },
] satisfies readonly CheckCase[];
