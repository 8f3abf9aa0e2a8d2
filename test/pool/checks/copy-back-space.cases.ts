import { place } from '../../../src/facts/place.ts';
import { answer, folder, INSTANCES } from '../fixture.ts';
import { A, member, noFindings, poolHas } from './case.ts';
import type { CheckCase } from './case.ts';

const nfs01 = poolHas(A);
const unread = ['c2'];

export default [
  { name: 'room enough', facts: { nfs01, c1: member() }, unread, findings: noFindings },
  {
    name: 'no room',
    facts: {
      nfs01,
      c1: [
        ...member(),
        answer(place({ path: INSTANCES }), folder(INSTANCES, { space: { total: 9, free: 9 } })),
      ],
    },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'no-room',
        fields: { size: 1073741824, folder: '/var/lib/nova/instances' },
        finding:
          'base files of 1.0 GiB must be copied back, and there is no room for them in /var/lib/nova/instances',
      },
    ],
  },
] satisfies readonly CheckCase[];
