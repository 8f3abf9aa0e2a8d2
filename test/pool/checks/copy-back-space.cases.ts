import { folderLocation } from '../../../src/facts/folder-location.ts';
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
        answer(folderLocation({ path: INSTANCES }), folder(INSTANCES, { space: { total: 9, free: 9 } })),
      ],
    },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'no-room',
        fields: { size: 1073741824, folder: '/var/lib/nova/instances' },
        finding:
          '1.0 GiB of base files must be copied back, and /var/lib/nova/instances has too little space',
      },
    ],
  },
] satisfies readonly CheckCase[];
