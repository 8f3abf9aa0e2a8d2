import { folderLocation } from '../../../src/facts/folder-location.ts';
import { answer, folder, IMAGES } from '../fixture.ts';
import { mounted, noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const kind = (word: 'absent' | 'other' | 'remote') =>
  answer(folderLocation({ path: IMAGES }), folder(IMAGES, { kind: word }));

export default [
  { name: 'a folder on its own disks', findings: noFindings },
  {
    name: 'a mount of its own disks',
    facts: { nfs01: mounted({ path: '/var/lib/glance' }) },
    findings: noFindings,
  },
  {
    name: 'absent',
    facts: { nfs01: [kind('absent')] },
    findings: [
      {
        host: 'nfs01',
        code: 'absent',
        fields: { folder: '/var/lib/glance/images' },
        finding:
          "Glance's folder /var/lib/glance/images does not exist. fastboot never creates it: otherwise a typing error could make an empty pool",
      },
    ],
  },
  {
    name: 'a file',
    facts: { nfs01: [kind('other')] },
    findings: [
      {
        host: 'nfs01',
        code: 'not-a-folder',
        fields: { folder: '/var/lib/glance/images' },
        finding: "Glance's folder /var/lib/glance/images is not a folder",
      },
    ],
  },
  {
    name: 'a network mount',
    facts: { nfs01: [kind('remote'), ...mounted({ path: IMAGES, type: 'nfs4', source: 'filer:/x' })] },
    findings: [
      {
        host: 'nfs01',
        code: 'network-mount',
        fields: { folder: '/var/lib/glance/images', source: 'filer:/x' },
        finding:
          '/var/lib/glance/images is on a network mount (filer:/x): the pool has to be on the host that has the disks',
      },
    ],
  },
  {
    name: 'a cluster file system',
    facts: { nfs01: mounted({ path: '/var/lib/glance', type: 'ceph', source: 'mon:/x' }) },
    findings: [
      {
        host: 'nfs01',
        code: 'network-mount',
        fields: { folder: '/var/lib/glance/images', source: 'mon:/x' },
        finding:
          '/var/lib/glance/images is on a network mount (mon:/x): the pool has to be on the host that has the disks',
      },
    ],
  },
] satisfies readonly CheckCase[];
