import { openFiles } from '../../../src/facts/open-files.ts';
import { answer, INSTANCES } from '../fixture.ts';
import { A, BASE, member, noFindings, poolHas, VM } from './case.ts';
import type { CheckCase } from './case.ts';

const nfs01 = poolHas(A);
const unread = ['c2'];
const qemu = { pid: 77, command: 'qemu-system-x86', path: `${BASE}/${A}` };
const vmRuns = answer(openFiles({ folder: INSTANCES, seen: INSTANCES }), {
  users: [{ pid: 77, command: 'qemu-system-x86', paths: [`${INSTANCES}/${VM}/disk`], bases: [] }],
  hidden: [],
  complete: true,
});

export default [
  { name: 'nobody', facts: { nfs01, c1: member() }, unread, findings: noFindings },
  {
    name: 'a VM that is older than the mount has the underlying file open',
    facts: { nfs01, c1: [...member([], { users: { users: [{ ...qemu, where: 'beneath' }] } }), vmRuns] },
    unread,
    findings: noFindings,
  },
  {
    name: 'a VM',
    facts: { nfs01, c1: [...member([], { users: { users: [{ ...qemu, where: 'mounted' }] } }), vmRuns] },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'in-use',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          users: {
            total: 1,
            first: [{ command: 'qemu-system-x86', pid: 77, vm: '155d900f-4e14-4e4c-a73d-069cbf4541e6' }],
          },
        },
        finding:
          'the pool in /var/lib/nova/instances/_base is in use: VM 155d900f-4e14-4e4c-a73d-069cbf4541e6 (qemu-system-x86, pid 77)',
      },
    ],
  },
  {
    name: 'a process that has it open nobody knows where',
    facts: { nfs01, c1: member([], { users: { users: [{ ...qemu, where: 'unknown' }] } }) },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'in-use',
        fields: {
          folder: '/var/lib/nova/instances/_base',
          users: { total: 1, first: [{ command: 'qemu-system-x86', pid: 77, vm: null }] },
        },
        finding: 'the pool in /var/lib/nova/instances/_base is in use: qemu-system-x86 (pid 77)',
      },
    ],
  },
  {
    name: 'open files that cannot be listed',
    facts: { nfs01, c1: member([], { users: { complete: false } }) },
    unread,
    findings: [
      {
        host: 'c1',
        code: 'unknown',
        fields: { folder: '/var/lib/nova/instances/_base' },
        finding: 'not all open files could be listed, so /var/lib/nova/instances/_base counts as in use',
      },
    ],
  },
] satisfies readonly CheckCase[];
