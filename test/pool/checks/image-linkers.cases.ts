import { imageLinkers } from '../../../src/facts/image-linkers.ts';
import { answer, CACHE } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

export default [
  { name: 'none', findings: noFindings },
  {
    name: 'one that is running',
    facts: {
      nfs01: [
        answer(imageLinkers({ cache: CACHE }), {
          cron: [],
          scripts: [],
          running: ['/root/ln_all_images.py'],
        }),
      ],
    },
    findings: [
      {
        host: 'nfs01',
        code: 'running',
        fields: { programs: ['/root/ln_all_images.py'] },
        finding: '/root/ln_all_images.py is running now, and it links images by other rules than link-sync',
      },
    ],
  },
] satisfies readonly CheckCase[];
