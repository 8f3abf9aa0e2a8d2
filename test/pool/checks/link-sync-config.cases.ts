import { content } from '../../../src/facts/content.ts';
import { answer, CONFIG } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const damaged = { nfs01: [answer(content({ path: CONFIG }), '{')] };

export default [
  { name: 'no configuration yet', findings: noFindings },
  { name: 'damaged, but every node was read', facts: damaged, findings: noFindings },
  {
    name: 'damaged, and a node was not read',
    facts: damaged,
    unread: ['c2'],
    findings: [
      {
        host: 'nfs01',
        code: 'damaged',
        fields: {},
        finding:
          '/etc/fastboot/link-sync.json is damaged, so the base names on hold are lost, and not every compute node was read',
      },
    ],
  },
] satisfies readonly CheckCase[];
