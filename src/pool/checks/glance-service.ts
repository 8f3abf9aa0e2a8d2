/** Check: fastboot can stop and start glance-api. */
import { defineCheck } from '../check-framework/define.ts';

const NONE_HINT =
  'set glance.service: none; then stop glance-api yourself, let fastboot mount the store, and start it again';

type NotFound = { readonly units: readonly string[]; readonly web: string | null };

export default defineCheck({
  name: 'glance-service',
  about: 'glance-api is a systemd service that fastboot can stop and start.',
  on: 'controller',
  findings: {
    kolla: {
      severity: 'block',
      say: () =>
        'glance-api runs in a kolla container. The container binds its store before fastboot can mount the pool there',
      fix: () =>
        "take this host out of the group glance, mount the backend's images folder by kolla's own means (glance_file_datadir_volume), and leave that mount to kolla",
    },
    masked: {
      severity: 'block',
      say: ({ unit }: { readonly unit: string }) => `${unit} is masked`,
      fix: ({ unit }: { readonly unit: string }) => `systemctl unmask ${unit}, or ${NONE_HINT}`,
    },
    'not-found': {
      severity: 'block',
      say: ({ units, web }: NotFound) =>
        `there is no ${units.join(' or ')}${web === null ? '' : `; a web server seems to run it (${web})`}`,
      fix: () => `install glance-api, name its unit in glance.service, or ${NONE_HINT}`,
    },
  },
  judge: ({ node: { service } }, report) => {
    switch (service.kind) {
      case 'unit':
      case 'none':
        return [];
      case 'kolla':
        return [report('kolla')];
      case 'masked':
        return [report('masked', { unit: service.unit })];
      case 'not-found':
        return [report('not-found', { units: service.units, web: service.web })];
    }
  },
});
