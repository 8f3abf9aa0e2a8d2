import { folderLocation } from '../../../src/facts/folder-location.ts';
import type { FolderLocation } from '../../../src/facts/folder-location.ts';
import { answer, folder, IMAGES } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const GIB_IN_KIB = 1024 ** 2;
const space = (its: FolderLocation['space']) => ({
  nfs01: [answer(folderLocation({ path: IMAGES }), folder(IMAGES, { space: its }))],
});

export default [
  { name: 'half of a tebibyte', findings: noFindings },
  {
    name: '20 GiB and 10 %',
    facts: space({ total: 200 * GIB_IN_KIB, free: 20 * GIB_IN_KIB }),
    findings: noFindings,
  },
  {
    name: 'few GiB',
    facts: space({ total: 100 * GIB_IN_KIB, free: 19 * GIB_IN_KIB }),
    findings: [
      {
        host: 'nfs01',
        code: 'low',
        fields: { folder: '/var/lib/glance/images', gib: 19, percent: 19 },
        finding: '19.0 GiB (19 %) are free on the file system of /var/lib/glance/images',
      },
    ],
  },
  {
    name: 'few percent',
    facts: space({ total: 1000 * GIB_IN_KIB, free: 99 * GIB_IN_KIB }),
    findings: [
      {
        host: 'nfs01',
        code: 'low',
        fields: { folder: '/var/lib/glance/images', gib: 99, percent: 9 },
        finding: '99.0 GiB (9 %) are free on the file system of /var/lib/glance/images',
      },
    ],
  },
  {
    name: 'df gives no answer',
    facts: space(null),
    findings: [
      {
        host: 'nfs01',
        code: 'unknown',
        fields: { folder: '/var/lib/glance/images' },
        finding: 'df gives no answer for /var/lib/glance/images',
      },
    ],
  },
] satisfies readonly CheckCase[];
