/** Check: a time service runs on each host. */
import { clock } from '../../facts/clock.ts';
import { defineCheck } from '../check-framework/define.ts';

export default defineCheck({
  name: 'time-service',
  about: 'A time service runs on each host.',
  on: 'host',
  queries: () => ({ clock: clock({}) }),
  findings: {
    'not-running': {
      severity: 'warning',
      say: () => 'no time service runs: neither chrony nor ntp',
      fix: () => 'install and start chrony on every host, with the same time servers',
    },
  },
  judge: ({ answers: { clock } }, report) => (clock.services.length === 0 ? [report('not-running')] : []),
});
