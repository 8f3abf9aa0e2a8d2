import { baseFiles } from '../../../src/facts/base-files.ts';
import { instanceDisks } from '../../../src/facts/instance-disks.ts';
import { underlyingDigest } from '../../../src/facts/underlying-digest.ts';
import { answer, base, disks, INSTANCES } from '../fixture.ts';
import { A, B, BASE, diskOn, file, member, noFindings, OTHER_SUM, poolHas, SUM } from './case.ts';
import type { CheckCase } from './case.ts';

const nfs01 = poolHas(A, { digest: SUM });
const unread = ['c2'];

export default [
  {
    name: 'only the pool has it: it is copied back',
    facts: { nfs01, c1: member() },
    unread,
    findings: noFindings,
  },
  {
    name: 'a network mount',
    facts: { c1: [answer(baseFiles({ instances: INSTANCES }), base('remote'))] },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'network-mount',
        fields: { folder: '/var/lib/nova/instances' },
        finding: '/var/lib/nova/instances is on a network mount and was not read',
      },
    ],
  },
  {
    name: 'a disk that cannot be followed',
    facts: {
      nfs01,
      c1: [
        ...member(),
        answer(instanceDisks({ instances: INSTANCES }), {
          ...disks(),
          skipped: [{ path: 'x/disk', what: 'a symbolic link' }],
        }),
      ],
    },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'unreadable',
        fields: {
          items: { total: 1, first: [{ kind: 'not-followed', path: 'x/disk', type: 'a symbolic link' }] },
        },
        finding:
          'not all disks of this node could be followed, so it is not known which base files its VMs need: x/disk is a symbolic link and was not followed',
      },
    ],
  },
  {
    name: 'files under that cannot be listed',
    facts: {
      nfs01,
      c1: [...member(), answer(baseFiles({ instances: INSTANCES }), { ...base('mounted'), complete: false })],
    },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'underlying-unreadable',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding: 'the files in /var/lib/nova/instances/_base under the pool could not be listed',
      },
    ],
  },
  {
    name: 'other bytes under the mount',
    facts: {
      nfs01,
      c1: [...member([file(A)]), answer(underlyingDigest({ folder: BASE, name: A }), OTHER_SUM)],
    },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'conflicts',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          files: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                users: { total: 1, first: ['155d900f-4e14-4e4c-a73d-069cbf4541e6'] },
                reason: 'other-file',
              },
            ],
          },
        },
        finding:
          'VMs need base files of the pool that cannot be copied back into /var/lib/nova/instances/_base: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (155d900f-4e14-4e4c-a73d-069cbf4541e6): the folder under the mount has another file of that name',
      },
    ],
  },
  {
    name: 'it is nowhere',
    facts: { nfs01, c1: member([], { own: [diskOn(B)] }) },
    unread,
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
                name: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
                users: { total: 1, first: ['155d900f-4e14-4e4c-a73d-069cbf4541e6'] },
              },
            ],
          },
        },
        finding:
          'disks need base files that are missing in the pool and in /var/lib/nova/instances/_base under it: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb (155d900f-4e14-4e4c-a73d-069cbf4541e6)',
      },
    ],
  },
] satisfies readonly CheckCase[];
