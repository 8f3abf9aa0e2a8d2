import { clock } from '../../../src/facts/clock.ts';
import { answer } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const at = (seconds: number | null) => [answer(clock({}), { seconds, services: ['chronyd'] })];

export default [
  { name: 'all clocks agree', findings: noFindings },
  { name: '1.9 s ahead is near enough', facts: { c1: at(1001.9) }, findings: noFindings },
  {
    name: 'ahead',
    facts: { c1: at(1002.1) },
    findings: [
      {
        host: 'c1',
        code: 'skewed',
        fields: { seconds: 2.1 },
        finding: 'its clock is 2.1 s ahead of the median of all hosts',
      },
    ],
  },
  {
    name: 'behind, on the backend',
    facts: { nfs01: at(990) },
    findings: [
      {
        host: 'nfs01',
        code: 'skewed',
        fields: { seconds: -10 },
        finding: 'its clock is 10.0 s behind the median of all hosts',
      },
    ],
  },
  {
    name: 'a clock that cannot be read',
    facts: { c1: at(null) },
    findings: [{ host: 'c1', code: 'unreadable', fields: {}, finding: 'its clock could not be read' }],
  },
] satisfies readonly CheckCase[];
