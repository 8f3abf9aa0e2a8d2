/** Check: nothing but link-sync links images. */
import { defineCheck } from '../check-framework/define.ts';

export default defineCheck({
  name: 'image-linkers',
  about: 'No other program links images beside link-sync. Cron jobs that do are commented out.',
  on: 'backend',
  findings: {
    running: {
      severity: 'warning',
      say: ({ programs }: { readonly programs: readonly string[] }) =>
        `${programs.join(', ')} is running now, and it links images by other rules than link-sync`,
      fix: () => 'wait for cron jobs to end; stop loops and services by hand',
    },
  },
  judge: ({ node: { linkers } }, report) =>
    linkers.running.length === 0 ? [] : [report('running', { programs: linkers.running })],
});
