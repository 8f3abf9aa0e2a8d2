import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { baseFiles } from '../../../src/facts/base-files.ts';
import { mounts } from '../../../src/facts/mounts.ts';
import { underlyingDigest } from '../../../src/facts/underlying-digest.ts';
import { answer, base, disks, INSTANCES, rootMount } from '../fixture.ts';
import { A, BASE, file, member, noFindings, OTHER_SUM, poolHas, poolMount, SUM } from './case.ts';
import type { CheckCase } from './case.ts';

const nfs01 = poolHas(A, { digest: SUM });
const digest = (sum: string) => answer(underlyingDigest({ folder: BASE, name: A }), sum);
const files = [file(A), file('swap_512')];
const qemu = { pid: 7, command: 'qemu-system-x86', path: `${BASE}/swap_512` };

export default [
  {
    name: 'one is unused, one has the bytes of the pool: both may go',
    facts: { nfs01, c1: [...member(files), digest(SUM)] },
    findings: noFindings,
  },
  {
    name: 'other bytes than the pool',
    facts: { nfs01, c1: [...member(files), digest(OTHER_SUM)] },
    findings: [
      {
        host: 'c1',
        code: 'kept',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 2,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                size: 1073741824,
                reason: { kind: 'conflict', reason: 'other-file' },
              },
              {
                name: 'swap_512',
                size: 1073741824,
                reason: { kind: 'unclear', name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
              },
            ],
          },
        },
        finding:
          '2 files stay in /var/lib/nova/instances/_base under the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (1.0 GiB): the folder under the mount has another file of that name; swap_512 (1.0 GiB): fastboot could not follow aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, which a VM needs. aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa may be based on this file',
      },
    ],
  },
  {
    name: 'the pool does not have it',
    facts: { c1: member(files) },
    findings: [
      {
        host: 'c1',
        code: 'kept',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                size: 1073741824,
                reason: { kind: 'only-copy' },
              },
            ],
          },
        },
        finding:
          '1 file stays in /var/lib/nova/instances/_base under the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (1.0 GiB): disks lead to it, and the pool does not have it',
      },
    ],
  },
  {
    name: 'not compared yet',
    facts: { nfs01, c1: member(files) },
    findings: [
      {
        host: 'c1',
        code: 'kept',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                size: 1073741824,
                reason: { kind: 'not-compared' },
              },
            ],
          },
        },
        finding:
          '1 file stays in /var/lib/nova/instances/_base under the pool: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (1.0 GiB): it was not compared with the pool yet',
      },
    ],
  },
  {
    name: 'open under the mount',
    facts: {
      nfs01,
      c1: [...member(files, { users: { users: [{ ...qemu, where: 'beneath' }] } }), digest(SUM)],
    },
    findings: [
      {
        host: 'c1',
        code: 'kept',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 1,
            first: [
              {
                name: 'swap_512',
                size: 1073741824,
                reason: { kind: 'in-use', command: 'qemu-system-x86', pid: 7 },
              },
            ],
          },
        },
        finding:
          '1 file stays in /var/lib/nova/instances/_base under the pool: swap_512 (1.0 GiB): qemu-system-x86 (pid 7) has it open, or may have',
      },
    ],
  },
  {
    name: 'a folder, and a name with a newline',
    facts: { nfs01, c1: [...member([file('x', { directory: true }), file('y\nz')]), digest(SUM)] },
    findings: [
      {
        host: 'c1',
        code: 'kept',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 2,
            first: [
              { name: 'x', size: 1073741824, reason: { kind: 'folder' } },
              { name: 'y\nz', size: 1073741824, reason: { kind: 'newline-in-name' } },
            ],
          },
        },
        finding:
          '2 files stay in /var/lib/nova/instances/_base under the pool: x (1.0 GiB): it is a folder; y\nz (1.0 GiB): its name contains a newline',
      },
    ],
  },
  {
    name: 'a disk that cannot be followed',
    facts: {
      nfs01,
      c1: [
        ...member(files),
        answer(instanceDisks({ instances: INSTANCES }), {
          ...disks(),
          skipped: [{ path: 'x/disk', what: 'a device' }],
        }),
      ],
    },
    findings: [
      {
        host: 'c1',
        code: 'unreadable',
        fields: { items: { total: 1, first: [{ kind: 'not-followed', path: 'x/disk', type: 'a device' }] } },
        finding:
          'not all disks could be followed: x/disk is a device and was not followed, so every local base file counts as needed',
      },
    ],
  },
  {
    name: 'files under that cannot be listed',
    facts: {
      nfs01,
      c1: [...member(), answer(baseFiles({ instances: INSTANCES }), { ...base('mounted'), complete: false })],
    },
    findings: [
      {
        host: 'c1',
        code: 'incomplete',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding:
          'the files in /var/lib/nova/instances/_base under the pool could not be listed, so every local base file counts as needed',
      },
    ],
  },
  {
    name: 'open files that cannot be listed',
    facts: { nfs01, c1: [...member(files, { users: { complete: false } }), digest(SUM)] },
    findings: [
      {
        host: 'c1',
        code: 'open-files',
        fields: {},
        finding: 'not all open files could be listed, so every local base file counts as needed',
      },
    ],
  },
  {
    name: 'a mount under the pool',
    facts: {
      nfs01,
      c1: [
        ...member(files),
        digest(SUM),
        answer(mounts({}), [rootMount, { ...poolMount, id: 30, type: 'ext4' }, { ...poolMount, parent: 30 }]),
      ],
    },
    findings: [
      {
        host: 'c1',
        code: 'stacked',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding:
          'another mount at /var/lib/nova/instances/_base lies under the pool, so every local base file counts as needed',
      },
    ],
  },
] satisfies readonly CheckCase[];
