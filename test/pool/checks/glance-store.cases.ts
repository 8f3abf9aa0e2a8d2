import { glance } from '../../../src/facts/glance.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { storeFiles } from '../../../src/facts/glance-store-files.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer, debianGlance, GLANCE_UNITS, IMAGES, rootMount } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const conf = (...lines: readonly string[]) => ({
  ctl1: [
    answer(glance(GLANCE_UNITS), {
      ...debianGlance,
      files: [{ path: '/etc/glance/glance-api.conf', lines }],
    }),
  ],
});

export default [
  { name: 'a folder on its own disks', findings: noFindings },
  {
    name: 'another type',
    facts: conf('[glance_store]', 'default_store = rbd'),
    findings: [
      {
        host: 'ctl1',
        code: 'other-type',
        fields: { type: 'rbd' },
        finding: 'glance-api keeps new images in a store of the type rbd: the pool never sees them',
      },
    ],
  },
  {
    name: 'several folders',
    facts: conf('[glance_store]', 'filesystem_store_datadirs = /a:200'),
    findings: [
      {
        host: 'ctl1',
        code: 'several-folders',
        fields: { section: 'glance_store' },
        finding:
          'glance-api keeps its images in several folders ([glance_store] filesystem_store_datadirs): the pool is one folder',
      },
    ],
  },
  {
    name: 'a path with variables',
    facts: conf('[glance_store]', 'filesystem_store_datadir = $state_path/x'),
    findings: [
      {
        host: 'ctl1',
        code: 'unusable-path',
        fields: { section: 'glance_store', path: '$state_path/x' },
        finding:
          '[glance_store] filesystem_store_datadir is $state_path/x: expected a path without variables, `..` or line breaks',
      },
    ],
  },
  {
    name: 'another folder than the setting',
    settings: { glance: { ...defaultSettings.glance, store: '/srv/images' } },
    findings: [
      {
        host: 'ctl1',
        code: 'other-folder',
        fields: { used: '/var/lib/glance/images', configured: '/srv/images' },
        finding:
          'glance-api keeps its images in /var/lib/glance/images, not in /srv/images: what is mounted there would not be used',
      },
    ],
  },
  {
    name: 'a network mount',
    facts: {
      ctl1: [
        answer(storeFiles({ path: IMAGES }), { kind: 'remote', real: IMAGES, files: [], complete: false }),
      ],
    },
    findings: [
      {
        host: 'ctl1',
        code: 'network-mount',
        fields: { folder: '/var/lib/glance/images' },
        finding: '/var/lib/glance/images is on a network mount',
      },
    ],
  },
  {
    name: 'a file system of its own',
    facts: {
      ctl1: [
        answer(mounts({}), [
          rootMount,
          { ...rootMount, id: 30, parent: 20, path: IMAGES, source: '/dev/sdb1' },
        ]),
      ],
    },
    findings: [
      {
        host: 'ctl1',
        code: 'own-file-system',
        fields: { folder: '/var/lib/glance/images', source: '/dev/sdb1' },
        finding: '/var/lib/glance/images is a file system of its own (/dev/sdb1)',
      },
    ],
  },
] satisfies readonly CheckCase[];
