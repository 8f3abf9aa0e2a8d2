/** Check: each compute node has a user nova. */
import { defineCheck } from '../check-framework/define.ts';

export default defineCheck({
  name: 'nova-user',
  about:
    'Each compute node has a user nova, unless its nova-compute runs in a container or is left to the operator.',
  on: 'compute',
  findings: {
    missing: {
      severity: 'block',
      say: () => 'there is no user nova',
      fix: () =>
        'install nova-compute first, take this host out of the group compute, or set nova.service: none',
    },
  },
  judge: ({ node: { users, service } }, report) =>
    users.nova === null && service.kind !== 'none' && service.kind !== 'container' ? [report('missing')] : [],
});
