import { makeHost, makeInventory } from '../../fixture.ts';
import { A, member, noFindings, poolHas } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const nfs01 = poolHas(A);

export default [
  { name: 'an address of its own', facts: { nfs01, c1: member() }, unread: ['c2'], findings: noFindings },
  {
    name: 'a node that stays has the same address',
    inventory: makeInventory([makeHost('c1'), makeHost('c2', { storageAddress: '198.51.100.21' })]),
    facts: { nfs01, c1: member() },
    unread: ['c2'],
    findings: [
      {
        host: 'c1',
        code: 'unknown',
        fields: {},
        finding: 'its export line on the backend is not known for certain, so it stays',
      },
    ],
  },
] satisfies readonly CheckCase[];
