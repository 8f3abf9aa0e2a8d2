import { nfsKernel } from '../../../../src/facts/nfs-kernel.ts';
import { answer } from '../../fixture.ts';
import { noFindings } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const support = (server: boolean, client: boolean, modules = true) => [
  answer(nfsKernel({}), { server, client, modules }),
];

export default [
  {
    name: 'each has its half',
    facts: { nfs01: support(true, false), c1: support(false, true) },
    findings: noFindings,
  },
  {
    name: 'no server',
    facts: { nfs01: support(false, true) },
    findings: [
      {
        host: 'nfs01',
        code: 'no-server',
        fields: { kernel: '6.1.0-9', modules: true },
        finding: 'its kernel 6.1.0-9 cannot serve NFS (no nfsd)',
      },
    ],
  },
  {
    name: 'no client, and no modules for the kernel',
    facts: { c1: support(true, false, false) },
    findings: [
      {
        host: 'c1',
        code: 'no-client',
        fields: { kernel: '6.1.0-9', modules: false },
        finding: 'its kernel 6.1.0-9 cannot mount NFSv4 (no nfsv4)',
      },
    ],
  },
] satisfies readonly CheckCase[];
