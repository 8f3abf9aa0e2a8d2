import { user } from '../../../src/facts/account.ts';
import { folderLocation } from '../../../src/facts/folder-location.ts';
import { answer, folder, IMAGES } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const nfs01 = [answer(folderLocation({ path: IMAGES }), folder(IMAGES, { uid: 64062, gid: 64062 }))];
const glance = (uid: number, gid: number) => [
  answer(user({ name: 'glance' }), { uid, gid, home: '/', shell: '', groups: [] }),
];

export default [
  { name: 'the same ids', facts: { nfs01 }, findings: noFindings },
  {
    name: 'no user glance',
    facts: { nfs01, ctl1: [answer(user({ name: 'glance' }), null)] },
    findings: [{ host: 'ctl1', code: 'no-user', fields: {}, finding: 'there is no user glance' }],
  },
  {
    name: 'other ids',
    facts: { nfs01, ctl1: glance(161, 161) },
    findings: [
      {
        host: 'ctl1',
        code: 'differ',
        fields: { own: '161:161', pool: '64062:64062' },
        finding: "glance is 161:161 here, and the pool's images folder belongs to 64062:64062",
      },
    ],
  },
  {
    name: 'another gid',
    facts: { nfs01, ctl1: glance(64062, 1) },
    findings: [
      {
        host: 'ctl1',
        code: 'differ',
        fields: { own: '64062:1', pool: '64062:64062' },
        finding: "glance is 64062:1 here, and the pool's images folder belongs to 64062:64062",
      },
    ],
  },
] satisfies readonly CheckCase[];
