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
        finding: 'VMs need 1.0 GiB of base files copied to the pool. The pool has too little space',
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
          'base files that VMs here need must be copied to the pool. c2 could not be read and may have different files under these names',
      },
    ],
  },
] satisfies readonly CheckCase[];
