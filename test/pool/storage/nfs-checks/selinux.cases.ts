import { mayVmsReadNfs } from '../../../../src/facts/nfs-selinux.ts';
import { answer } from '../../fixture.ts';
import { noFindings, selinux } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const enforcing = selinux('enforcing');

export default [
  { name: 'off', findings: noFindings },
  {
    name: 'enforcing, and VMs may read',
    facts: { c1: [...enforcing, answer(mayVmsReadNfs({}), true)] },
    findings: noFindings,
  },
  {
    name: 'enforcing on the backend',
    facts: { nfs01: enforcing },
    findings: [{ host: 'nfs01', code: 'server-enforcing', fields: {}, finding: 'SELinux is enforcing' }],
  },
  {
    name: 'enforcing on a compute node',
    facts: { c1: [...enforcing, answer(mayVmsReadNfs({}), false)] },
    findings: [
      {
        host: 'c1',
        code: 'vms-may-not-read',
        fields: {},
        finding: 'SELinux is enforcing and virt_use_nfs is off: VMs could not read their base files',
      },
    ],
  },
] satisfies readonly CheckCase[];
