import { firewalls } from '../../../../src/facts/security.ts';
import { answer } from '../../fixture.ts';
import { noFindings, reached } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const nfs01 = [answer(firewalls({}), ['nftables'])];

export default [
  { name: 'every node gets through', facts: { nfs01 }, findings: noFindings },
  { name: 'no packet filter', facts: { c2: reached('timeout') }, findings: noFindings },
  {
    name: 'a node does not get through',
    facts: { nfs01, c2: reached('timeout') },
    findings: [
      {
        host: 'nfs01',
        code: 'may-reject',
        fields: { firewalls: ['nftables'], hosts: ['c2'] },
        finding: 'nftables is active, and port 2049 is not known to be reachable from c2',
      },
    ],
  },
] satisfies readonly CheckCase[];
