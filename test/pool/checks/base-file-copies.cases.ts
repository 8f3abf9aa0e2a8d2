import { A, diskOn, file, noFindings, noRoom, SUM, withBases } from './case.ts';
import type { CheckCase } from './case.ts';

/** A base file that a VM needs and the pool does not have. */
const c1 = withBases([file(A)], { digest: SUM, own: [diskOn(A)] });

export default [
  { name: 'room enough, every node read', facts: { c1 }, findings: noFindings },
  { name: 'a node was left out by --limit', facts: { c1 }, unread: ['c2'], findings: noFindings },
  {
    name: 'no room',
    facts: { nfs01: noRoom, c1 },
    findings: [
      {
        host: 'c1',
        code: 'no-room',
        fields: { size: 1073741824, folder: '/var/lib/glance/images' },
        finding:
          'base files of 1.0 GiB that VMs of compute nodes need must be copied to the pool, and the pool does not have that much room',
      },
    ],
  },
  {
    name: 'a node could not be read',
    facts: { c1 },
    unread: ['c2'],
    lost: ['c2'],
    findings: [
      {
        host: 'c1',
        code: 'nodes-unread',
        fields: { hosts: ['c2'] },
        finding:
          'base files that VMs here need must be copied to the pool, and c2 could not be read: other files of these names may be there',
      },
    ],
  },
] satisfies readonly CheckCase[];
