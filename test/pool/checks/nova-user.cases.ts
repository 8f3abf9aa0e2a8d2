import { nova } from '../../../src/facts/nova.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer } from '../fixture.ts';
import { ids, noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

export default [
  { name: 'a user nova', findings: noFindings },
  {
    name: 'none',
    facts: { c1: ids(null) },
    findings: [{ host: 'c1', code: 'missing', fields: {}, finding: 'there is no user nova' }],
  },
  {
    name: 'none, but nova-compute is left to the operator',
    settings: { nova: { ...defaultSettings.nova, service: 'none' } },
    facts: {
      c1: [...ids(null), answer(nova({ units: [] }), { units: [], running: null, files: [] })],
      c2: [answer(nova({ units: [] }), { units: [], running: null, files: [] })],
    },
    findings: noFindings,
  },
] satisfies readonly CheckCase[];
