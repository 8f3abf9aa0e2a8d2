import { glance } from '../../../src/facts/glance.ts';
import type { Glance } from '../../../src/facts/glance.ts';
import { answer, debianGlance, GLANCE_UNITS } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const ctl1 = (over: Partial<Glance>) => ({
  ctl1: [answer(glance(GLANCE_UNITS), { ...debianGlance, ...over })],
});

export default [
  { name: 'a unit', findings: noFindings },
  {
    name: 'kolla',
    facts: ctl1({ units: [], kolla: true }),
    findings: [
      {
        host: 'ctl1',
        code: 'kolla',
        fields: {},
        finding:
          'glance-api runs in a kolla container. The container binds its store before fastboot can mount the pool there',
      },
    ],
  },
  {
    name: 'masked',
    facts: ctl1({ units: [{ name: 'glance-api.service', load: 'masked', active: '', command: [] }] }),
    findings: [
      {
        host: 'ctl1',
        code: 'masked',
        fields: { unit: 'glance-api.service' },
        finding: 'glance-api.service is masked',
      },
    ],
  },
  {
    name: 'no unit',
    facts: ctl1({ units: [] }),
    findings: [
      {
        host: 'ctl1',
        code: 'not-found',
        fields: { units: ['glance-api.service', 'openstack-glance-api.service'], web: null },
        finding: 'there is no glance-api.service or openstack-glance-api.service',
      },
    ],
  },
  {
    name: 'a web server',
    facts: ctl1({ units: [], web: ['/etc/httpd/conf.d/10-glance_wsgi.conf'] }),
    findings: [
      {
        host: 'ctl1',
        code: 'not-found',
        fields: {
          units: ['glance-api.service', 'openstack-glance-api.service'],
          web: '/etc/httpd/conf.d/10-glance_wsgi.conf',
        },
        finding:
          'there is no glance-api.service or openstack-glance-api.service; a web server seems to run it (/etc/httpd/conf.d/10-glance_wsgi.conf)',
      },
    ],
  },
] satisfies readonly CheckCase[];
