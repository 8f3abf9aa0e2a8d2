import { noFindings, routed } from './case.ts';
import type { CheckCase } from './case.ts';

export default [
  { name: '10 Gbit/s', findings: noFindings },
  { name: 'more', facts: { c1: routed({ speed: 25000 }) }, findings: noFindings },
  {
    name: 'the loopback device has no speed',
    facts: { c1: routed({ device: 'lo', speed: null }) },
    findings: noFindings,
  },
  {
    name: 'slow',
    facts: { c1: routed({ speed: 1000 }) },
    findings: [
      {
        host: 'c1',
        code: 'slow',
        fields: { device: 'eth0', mbits: 1000 },
        finding: 'eth0 towards the storage network runs at 1000 Mbit/s',
      },
    ],
  },
  {
    name: 'a device without a speed',
    facts: { c1: routed({ device: 'br0', speed: null }) },
    findings: [
      { host: 'c1', code: 'unknown', fields: { device: 'br0' }, finding: 'br0 does not report its speed' },
    ],
  },
] satisfies readonly CheckCase[];
