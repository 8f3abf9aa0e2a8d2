import { baseFiles } from '../../../src/facts/base-files.ts';
import { content } from '../../../src/facts/content.ts';
import { answer, base, CONFIG, INSTANCES } from '../fixture.ts';
import { ids, noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const pinned = [answer(content({ path: CONFIG }), '{"owner":"64055:104","cacheOwner":"0:64060"}')];

export default [
  { name: 'the same everywhere', findings: noFindings },
  {
    name: 'different, and no pool exists yet',
    facts: { c2: ids('162:162') },
    findings: [
      {
        host: 'nfs01',
        code: 'refused',
        fields: {
          table: [
            { ids: '64060:64060', hosts: ['c1'] },
            { ids: '162:162', hosts: ['c2'] },
          ],
        },
        finding:
          'nova has different ids (uid:gid) on the compute nodes, and no pool exists yet:\n  64060:64060  c1\n  162:162  c2',
      },
      {
        host: 'c1',
        code: 'no-agreement',
        fields: { own: '64060:64060' },
        finding: 'nova is 64060:64060 here, and other compute nodes have other ids',
      },
      {
        host: 'c2',
        code: 'no-agreement',
        fields: { own: '162:162' },
        finding: 'nova is 162:162 here, and other compute nodes have other ids',
      },
    ],
  },
  {
    name: 'a node with other ids than the pool',
    facts: { nfs01: pinned, c2: ids('162:162') },
    findings: [
      {
        host: 'c2',
        code: 'other-ids',
        fields: { own: '162:162', pool: '64060:64060' },
        finding: 'nova is 162:162 here, expected 64060:64060 as in the pool',
      },
    ],
  },
  {
    name: 'the gid is that of the pool, and the uids of its nodes differ',
    facts: { nfs01: pinned, c2: ids('162:64060') },
    findings: [
      {
        host: 'c1',
        code: 'uids-differ',
        fields: {
          table: [
            { ids: '64060:64060', hosts: ['c1'] },
            { ids: '162:64060', hosts: ['c2'] },
          ],
        },
        finding:
          'nova has different uids on the compute nodes of this pool:\n  64060:64060  c1\n  162:64060  c2',
      },
      {
        host: 'c2',
        code: 'uids-differ',
        fields: {
          table: [
            { ids: '64060:64060', hosts: ['c1'] },
            { ids: '162:64060', hosts: ['c2'] },
          ],
        },
        finding:
          'nova has different uids on the compute nodes of this pool:\n  64060:64060  c1\n  162:64060  c2',
      },
    ],
  },
  {
    name: 'the uid of nodes with the pool counts',
    facts: {
      nfs01: pinned,
      c1: [answer(baseFiles({ instances: INSTANCES }), base('mounted'))],
      c2: ids('162:64060'),
    },
    findings: [
      {
        host: 'c2',
        code: 'other-ids',
        fields: { own: '162:64060', pool: '64060:64060' },
        finding: 'nova is 162:64060 here, expected 64060:64060 as in the pool',
      },
    ],
  },
] satisfies readonly CheckCase[];
