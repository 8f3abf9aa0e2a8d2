import { mounts } from '../../../../src/facts/mounts.ts';
import { answer, rootMount } from '../../fixture.ts';
import { noFindings } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const root = (type: string) => ({ nfs01: [answer(mounts({}), [{ ...rootMount, type }])] });

export default [
  { name: 'ext4', findings: noFindings },
  { name: 'xfs', facts: root('xfs'), findings: noFindings },
  { name: 'a network mount: another check says that', facts: root('ceph'), findings: noFindings },
  {
    name: 'overlay',
    facts: root('overlay'),
    findings: [
      {
        host: 'nfs01',
        code: 'unknown',
        fields: { folder: '/var/lib/glance/images', type: 'overlay', cache: '/var/lib/glance' },
        finding: '/var/lib/glance/images is on overlay, which is not known to serve hard links over NFS',
      },
    ],
  },
] satisfies readonly CheckCase[];
