import { baseFiles } from '../../../src/facts/base-files.ts';
import { answer, base, INSTANCES } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const kind = (word: 'remote' | 'mounted') => [answer(baseFiles({ instances: INSTANCES }), base(word))];

export default [
  { name: 'own disks', findings: noFindings },
  { name: 'a pool that is mounted already', facts: { c1: kind('mounted') }, findings: noFindings },
  {
    name: 'a network mount',
    facts: { c1: kind('remote') },
    findings: [
      {
        host: 'c1',
        code: 'network-mount',
        fields: { folder: '/var/lib/nova/instances' },
        finding:
          '/var/lib/nova/instances is on a network mount: nodes that share it have one _base together, and a pool mounted there would hide it from all of them',
      },
    ],
  },
] satisfies readonly CheckCase[];
