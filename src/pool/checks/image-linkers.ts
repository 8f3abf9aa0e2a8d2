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
      fix: () =>
        'a job that cron has started ends by itself; stop by hand what stays, such as a loop or a service',
    },
  },
  judge: ({ node: { linkers } }, report) =>
    linkers.running.length === 0 ? [] : [report('running', { programs: linkers.running })],
});
