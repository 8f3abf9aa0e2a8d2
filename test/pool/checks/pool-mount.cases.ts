import { mounts } from '../../../src/facts/mounts.ts';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { mountUsers } from '../../../src/facts/mount-users.ts';
import { answer, base, INSTANCES, rootMount } from '../fixture.ts';
import { A, BASE, member, noFindings, poolHas, poolMount } from './case.ts';
import type { CheckCase } from './case.ts';

const nfs01 = poolHas(A);

export default [
  { name: 'the pool, and only there', facts: { nfs01, c1: member() }, unread: ['c2'], findings: noFindings },
  {
    name: 'another source',
    facts: { nfs01, c1: [...member(), answer(mounts({}), [rootMount, { ...poolMount, source: 'x:/y' }])] },
    unread: ['c2'],
    findings: [
      {
        host: 'c1',
        code: 'foreign',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          source: 'x:/y',
          expected: '198.51.100.10:/var/lib/glance/imagecache',
        },
        finding:
          '/var/lib/nova/instances/_base is a mount of x:/y, expected the pool 198.51.100.10:/var/lib/glance/imagecache',
      },
    ],
  },
  {
    name: 'a mount under the pool',
    facts: {
      nfs01,
      c1: [
        ...member(),
        answer(mounts({}), [rootMount, { ...poolMount, id: 30, type: 'ext4' }, { ...poolMount, parent: 30 }]),
      ],
    },
    unread: ['c2'],
    findings: [
      {
        host: 'c1',
        code: 'stacked',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding:
          'another mount at /var/lib/nova/instances/_base lies under the pool. fastboot cannot reach its files',
      },
    ],
  },
  {
    name: 'the pool is mounted elsewhere too',
    facts: {
      nfs01,
      c1: member([], { users: { mounts: [{ pid: 5, mount: { ...poolMount, path: '/mnt' } }] } }),
    },
    unread: ['c2'],
    findings: [
      {
        host: 'c1',
        code: 'elsewhere',
        fields: { mounts: { total: 1, first: [{ folder: '/mnt', pid: 5 }] } },
        finding: 'the pool is mounted elsewhere too: /mnt (seen by pid 5)',
      },
    ],
  },
  {
    name: 'not mounted, and not all mounts could be listed',
    facts: {
      c1: [
        answer(baseFiles({ instances: INSTANCES }), base('folder')),
        answer(mountUsers({ path: BASE }), { users: [], mounts: [], complete: false }),
      ],
    },
    unread: ['c2'],
    findings: [
      {
        host: 'c1',
        code: 'unknown',
        fields: {},
        finding: 'fastboot could not list all mounts. Some process may still have the pool mounted',
      },
    ],
  },
] satisfies readonly CheckCase[];
