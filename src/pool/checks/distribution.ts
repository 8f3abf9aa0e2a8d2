/** Check: the names of packages and services are known for each host's distribution. */
import { defineCheck } from '../check-framework/define.ts';

type Distribution = { readonly id: string; readonly version: string };

export default defineCheck({
  name: 'distribution',
  about:
    'Each host runs Debian, Red Hat Enterprise Linux, or a distribution that is derived from one of these.',
  on: 'host',
  findings: {
    unknown: {
      severity: 'block',
      say: ({ id, version }: Distribution) =>
        `${id === '' ? 'its distribution has no name in /etc/os-release' : `it runs ${[id, version].join(' ').trim()}`}: fastboot knows packages and services by the names that Debian and Red Hat give them`,
      fix: () =>
        'nothing was touched; use a host with Debian, Ubuntu, RHEL, CentOS Stream, Rocky Linux, AlmaLinux or Fedora, or take this host out of the inventory',
    },
  },
  judge: ({ node: { os } }, report) =>
    os.family === 'other' ? [report('unknown', { id: os.id, version: os.version })] : [],
});
