import { nfsServer } from '../../../../src/facts/nfs-server.ts';
import { answer } from '../../fixture.ts';
import { noFindings, reached } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const running = [answer(nfsServer({}), { threads: 8, versions: ['4.2'], clients: [] })];

export default [
  { name: 'open', facts: { c1: reached('open'), c2: reached('open') }, findings: noFindings },
  { name: 'refused before the server runs', facts: { c1: reached('refused') }, findings: noFindings },
  {
    name: 'refused',
    facts: { nfs01: running, c1: reached('refused'), c2: reached('open') },
    findings: [
      {
        host: 'c1',
        code: 'refused',
        fields: { address: '198.51.100.10' },
        finding: 'port 2049 of 198.51.100.10 refuses connections although the NFS server runs',
      },
    ],
  },
  {
    name: 'timed out',
    facts: { c1: reached('timeout') },
    findings: [
      {
        host: 'c1',
        code: 'timeout',
        fields: { address: '198.51.100.10' },
        finding: 'connecting to port 2049 of 198.51.100.10 timed out after 3 s',
      },
    ],
  },
  {
    name: 'rejected',
    facts: { c1: reached('unreachable') },
    findings: [
      {
        host: 'c1',
        code: 'unreachable',
        fields: { address: '198.51.100.10' },
        finding: 'port 2049 of 198.51.100.10 cannot be reached: there is no route, or a firewall rejects it',
      },
    ],
  },
  {
    name: 'nothing to try it with',
    facts: { c1: reached('unknown') },
    findings: [
      {
        host: 'c1',
        code: 'unknown',
        fields: { address: '198.51.100.10' },
        finding: 'port 2049 of 198.51.100.10 could not be tried: there is no bash, python3 or nc here',
      },
    ],
  },
] satisfies readonly CheckCase[];
