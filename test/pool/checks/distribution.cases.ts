import { os } from '../../../src/facts/os.ts';
import type { Os } from '../../../src/facts/os.ts';
import { answer } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const runs = (system: Pick<Os, 'family' | 'id' | 'version'>) => [
  answer(os({}), { ...system, kernel: '6.1.0-9', hostname: 'c1', resolvesOwnName: true, systemd: true }),
];
const known = 'fastboot knows packages and services by the names that Debian and Red Hat give them';

export default [
  { name: 'Debian', findings: noFindings },
  {
    name: 'derived from Red Hat',
    facts: { c1: runs({ family: 'redhat', id: 'rocky', version: '9.4' }) },
    findings: noFindings,
  },
  {
    name: 'another one',
    facts: { c1: runs({ family: 'other', id: 'alpine', version: '3.20' }) },
    findings: [
      {
        host: 'c1',
        code: 'unknown',
        fields: { id: 'alpine', version: '3.20' },
        finding: `it runs alpine 3.20: ${known}`,
      },
    ],
  },
  {
    name: 'one without a version',
    facts: { c1: runs({ family: 'other', id: 'arch', version: '' }) },
    findings: [{ host: 'c1', code: 'unknown', finding: `it runs arch: ${known}` }],
  },
  {
    name: 'no os-release, on the backend',
    facts: { nfs01: runs({ family: 'other', id: '', version: '' }) },
    findings: [
      {
        host: 'nfs01',
        code: 'unknown',
        finding: `its distribution has no name in /etc/os-release: ${known}`,
      },
    ],
  },
] satisfies readonly CheckCase[];
