import { baseFiles } from '../../../src/facts/base-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { answer, base, disks, INSTANCES } from '../fixture.ts';
import { A, B, diskOn, file, noFindings, OTHER_SUM, poolHas, SUM, withBases } from './case.ts';
import type { CheckCase } from './case.ts';

const vmOn = (name: string, recorded: string | null = 'raw') => [
  answer(instanceDisks({ instances: INSTANCES }), disks([diskOn(name, recorded)])),
];

export default [
  { name: 'an empty folder', facts: { c1: withBases([]) }, findings: noFindings },
  {
    name: 'the pool is mounted already',
    facts: { c1: [answer(baseFiles({ instances: INSTANCES }), base('mounted', [A]))] },
    findings: noFindings,
  },
  {
    name: 'more entries than can be listed',
    facts: { c1: [answer(baseFiles({ instances: INSTANCES }), { ...base('folder'), complete: false })] },
    findings: [
      {
        host: 'c1',
        code: 'incomplete',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding: '/var/lib/nova/instances/_base has more entries than fastboot can list',
      },
    ],
  },
  {
    name: 'a disk that cannot be followed',
    facts: { c1: withBases([file(A)], { skipped: [{ path: 'x/disk', what: 'a symbolic link' }] }) },
    findings: [
      {
        host: 'c1',
        code: 'unreadable',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          items: { total: 1, first: [{ kind: 'not-followed', path: 'x/disk', type: 'a symbolic link' }] },
        },
        finding:
          'not all disks of this node could be followed, so every file in /var/lib/nova/instances/_base counts as used: x/disk is a symbolic link and was not followed',
      },
      {
        host: 'c1',
        code: 'conflicts',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          size: 1073741824,
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: 'perhaps in use',
                reason: { kind: 'unknown-users' },
              },
            ],
          },
        },
        finding:
          '/var/lib/nova/instances/_base holds 1 base file (1.0 GiB) that VMs need and that cannot come from the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (perhaps in use): it is not known who uses it',
      },
    ],
  },
  {
    name: 'a folder',
    facts: { c1: withBases([file('backup', { directory: true })]) },
    findings: [
      {
        host: 'c1',
        code: 'folders',
        fields: { folder: '/var/lib/nova/instances/_base', names: { total: 1, first: ['backup'] } },
        finding: '/var/lib/nova/instances/_base holds folders, which Nova does not make: backup',
      },
    ],
  },
  {
    name: 'other bytes than in the pool',
    facts: {
      nfs01: poolHas(A, { digest: SUM }),
      c1: withBases([file(A)], { digest: OTHER_SUM, own: [diskOn(A)] }),
    },
    findings: [
      {
        host: 'c1',
        code: 'conflicts',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          size: 1073741824,
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
                reason: { kind: 'other-bytes', published: true },
              },
            ],
          },
        },
        finding:
          "/var/lib/nova/instances/_base holds 1 base file (1.0 GiB) that VMs need and that cannot come from the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (155d900f-4e14-4e4c-a73d-069cbf4541e6): its bytes differ from those of the pool's file of that name",
      },
    ],
  },
  {
    name: 'raw, and the pool has qcow2',
    facts: {
      nfs01: poolHas(A, { size: 100, format: 'qcow2' }),
      c1: withBases([file(A)], { own: [diskOn(A)] }),
    },
    findings: [
      {
        host: 'c1',
        code: 'conflicts',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          size: 1073741824,
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
                reason: { kind: 'raw-and-qcow2', published: true },
              },
            ],
          },
        },
        finding:
          "/var/lib/nova/instances/_base holds 1 base file (1.0 GiB) that VMs need and that cannot come from the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (155d900f-4e14-4e4c-a73d-069cbf4541e6): it is raw and the pool's file of that name is qcow2: VMs whose disks record raw would read corrupt data without an error",
      },
    ],
  },
  {
    name: 'a disk records another format',
    facts: { c1: withBases([file(A)], { format: 'qcow2', digest: SUM, own: [diskOn(A)] }) },
    findings: [
      {
        host: 'c1',
        code: 'conflicts',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          size: 1073741824,
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
                reason: { kind: 'wrong-format', format: 'qcow2', recorded: 'raw' },
              },
            ],
          },
        },
        finding:
          '/var/lib/nova/instances/_base holds 1 base file (1.0 GiB) that VMs need and that cannot come from the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (155d900f-4e14-4e4c-a73d-069cbf4541e6): it is qcow2, but a disk above it records raw, and so may read corrupt data already',
      },
    ],
  },
  {
    name: 'missing here, and the pool has it in another format',
    facts: { nfs01: poolHas(A, { format: 'qcow2' }), c1: [...withBases([]), ...vmOn(A)] },
    findings: [
      {
        host: 'c1',
        code: 'format-mismatch',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
              },
            ],
          },
        },
        finding:
          "base files that disks need are missing in /var/lib/nova/instances/_base: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (155d900f-4e14-4e4c-a73d-069cbf4541e6). The pool's files of these names have a different format from the one the disks expect. VMs would read corrupt data without an error",
      },
    ],
  },
  {
    name: 'missing everywhere',
    facts: { c1: [...withBases([]), ...vmOn(A)] },
    findings: [
      {
        host: 'c1',
        code: 'lost',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
              },
            ],
          },
        },
        finding:
          'base files that disks need are neither in /var/lib/nova/instances/_base nor in the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
  {
    name: 'missing here, and the pool has it',
    facts: { nfs01: poolHas(A), c1: [...withBases([]), ...vmOn(A)] },
    findings: [
      {
        host: 'c1',
        code: 'returns',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: '155d900f-4e14-4e4c-a73d-069cbf4541e6',
              },
            ],
          },
        },
        finding:
          'base files that disks need are missing in /var/lib/nova/instances/_base, and the pool has them: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
  {
    name: 'nobody uses it',
    facts: { c1: withBases([file(A)]) },
    findings: [
      {
        host: 'c1',
        code: 'covered',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: 1,
          size: 1073741824,
          unused: 1,
          same: { files: 0, users: '' },
          copied: { files: 0, users: '' },
        },
        finding:
          'the pool is mounted over 1 base file (1.0 GiB) of this node in /var/lib/nova/instances/_base: 1 that no VM uses',
      },
    ],
  },
  {
    name: 'one is the same as in the pool, one is copied first',
    facts: {
      nfs01: poolHas(A, { digest: SUM }),
      c1: withBases([file(A), file(B)], {
        digest: SUM,
        own: [diskOn(A), { ...diskOn(B), path: 'vm2/disk' }],
      }),
    },
    findings: [
      {
        host: 'c1',
        code: 'covered',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: 2,
          size: 2147483648,
          unused: 0,
          same: { files: 1, users: '155d900f-4e14-4e4c-a73d-069cbf4541e6' },
          copied: { files: 1, users: 'vm2' },
        },
        finding:
          'the pool is mounted over 2 base files (2.0 GiB) of this node in /var/lib/nova/instances/_base: 1 with the same bytes as in the pool, used by 155d900f-4e14-4e4c-a73d-069cbf4541e6, 1 copied to the pool first, used by vm2',
      },
    ],
  },
] satisfies readonly CheckCase[];
