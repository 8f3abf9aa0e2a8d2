import { mounts } from '../../../../src/facts/mounts.ts';
import { nfsPeers } from '../../../../src/facts/nfs-peers.ts';
import { exportLines } from '../../../../src/facts/nfs-server.ts';
import { answer, CACHE, rootMount, STORAGE } from '../../fixture.ts';
import { noFindings, poolMount } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const live = (...options: readonly string[]) => [
  answer(mounts({}), [rootMount, { ...poolMount, options: [...poolMount.options, ...options] }]),
];
const exported = (text: string) => [
  answer(exportLines({}), [{ file: '/etc/exports', line: 1, text: `${CACHE} ${text}` }]),
];

export default [
  { name: 'mounted as anyone would', facts: { c1: live() }, findings: noFindings },
  {
    name: 'an export with a number, not mounted',
    facts: { nfs01: exported('198.51.100.21(rw,fsid=3)') },
    findings: noFindings,
  },
  {
    name: 'from any port',
    facts: { c1: live('noresvport') },
    findings: [
      {
        host: 'c1',
        code: 'high-port',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding:
          'the live mount of the pool at /var/lib/nova/instances/_base comes from a port above 1023 (noresvport, or address translation). An export line of its own would refuse that port, and VMs would lose their base files',
      },
    ],
  },
  {
    name: 'translated to a high port',
    facts: {
      nfs01: [
        answer(nfsPeers({}), {
          own: [STORAGE],
          clients: [],
          unprivileged: ['198.51.100.21'],
          remembered: [],
        }),
      ],
      c1: live(),
    },
    findings: [
      {
        host: 'c1',
        code: 'high-port',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding:
          'the live mount of the pool at /var/lib/nova/instances/_base comes from a port above 1023 (noresvport, or address translation). An export line of its own would refuse that port, and VMs would lose their base files',
      },
    ],
  },
  {
    name: 'exported to its name with a number',
    facts: { nfs01: exported('c1.example.com(rw,fsid=3)'), c1: live() },
    findings: [
      {
        host: 'c1',
        code: 'fsid',
        fields: { file: '/etc/exports', line: 1, folder: '/var/lib/nova/instances/_base' },
        finding:
          "/etc/exports:1 exports the pool to this node with its own fsid=. fastboot's line would make the live mount at /var/lib/nova/instances/_base stale, and VMs would lose their base files",
      },
    ],
  },
] satisfies readonly CheckCase[];
