import { clock } from '../../../src/facts/clock.ts';
import { answer } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const services = (...names: readonly string[]) => [answer(clock({}), { seconds: 1000, services: names })];

export default [
  { name: 'chrony everywhere', findings: noFindings },
  { name: 'ntpd will do', facts: { c1: services('ntpd') }, findings: noFindings },
  {
    name: 'none',
    facts: { c1: services() },
    findings: [
      {
        host: 'c1',
        code: 'not-running',
        fields: {},
        finding: 'no time service runs: neither chrony nor ntp',
      },
    ],
  },
] satisfies readonly CheckCase[];
