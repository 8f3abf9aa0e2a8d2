import { exportLines } from '../../../../src/facts/nfs-server.ts';
import { answer, CACHE } from '../../fixture.ts';
import { noFindings } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const lines = (...texts: readonly string[]) => ({
  nfs01: [
    answer(
      exportLines({}),
      texts.map((text, index) => ({ file: '/etc/exports', line: index + 1, text })),
    ),
  ],
});

export default [
  { name: 'none', findings: noFindings },
  {
    name: 'other folders',
    facts: lines('/srv *(ro)', `${CACHE}2 *(rw,no_root_squash)`),
    findings: noFindings,
  },
  {
    name: 'an export of the pool for everyone is a change, not a finding',
    facts: lines(`${CACHE} *(rw)`),
    findings: noFindings,
  },
  {
    name: "fastboot's own",
    facts: {
      nfs01: [
        answer(exportLines({}), [
          { file: '/etc/exports.d/fastboot.exports', line: 3, text: `${CACHE} *(rw)` },
        ]),
      ],
    },
    findings: noFindings,
  },
  {
    name: 'a folder above, for everyone',
    facts: lines('/var/lib/glance *(ro)'),
    findings: [
      {
        host: 'nfs01',
        code: 'everyone',
        fields: { file: '/etc/exports', line: 1, path: '/var/lib/glance', client: '*', options: 'ro' },
        finding:
          '/etc/exports:1 exports /var/lib/glance to *(ro): everyone who reaches this host can mount the pool',
      },
    ],
  },
  {
    name: "another host's root",
    facts: lines('/ 192.0.2.1(rw,no_root_squash)'),
    findings: [
      {
        host: 'nfs01',
        code: 'no-root-squash',
        fields: {
          file: '/etc/exports',
          line: 1,
          path: '/',
          client: '192.0.2.1',
          options: 'rw,no_root_squash',
        },
        finding:
          "/etc/exports:1 exports / to 192.0.2.1(rw,no_root_squash): root on such a host can change the owner of Glance's images",
      },
    ],
  },
  {
    name: 'fsid=0 elsewhere',
    facts: lines('/srv *(ro,fsid=0)'),
    findings: [
      {
        host: 'nfs01',
        code: 'other-root',
        fields: { file: '/etc/exports', line: 1, path: '/srv', folder: '/var/lib/glance/imagecache' },
        finding:
          '/etc/exports:1 exports /srv with fsid=0: NFSv4 then offers only what is below it, so nobody can mount /var/lib/glance/imagecache',
      },
    ],
  },
] satisfies readonly CheckCase[];
