import { nova } from '../../../src/facts/nova.ts';
import { novaContainer } from '../../../src/facts/nova-container.ts';
import type { NovaContainer } from '../../../src/facts/nova-container.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer, debianNova, NOVA_UNITS } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const VOLUME = '/var/lib/docker/volumes/nova_compute/_data';
const CONFIG = '/etc/kolla/nova-compute/nova.conf';
const kolla: NovaContainer = {
  running: true,
  runtime: 'docker',
  unit: 'kolla-nova_compute-container.service',
  binds: [{ path: '/var/lib/nova', source: VOLUME, propagation: 'private' }],
  files: [{ path: CONFIG, lines: ['[DEFAULT]'] }],
};
const units = (...all: readonly [string, string][]) =>
  answer(nova(NOVA_UNITS), {
    ...debianNova,
    units: all.map(([name, load]) => ({ name, load, active: 'inactive', command: [] })),
  });
const contained = (over: Partial<NovaContainer> = {}) => [
  units(),
  answer(novaContainer({}), { ...kolla, ...over }),
];
/** The same for `nova.service: none`. */
const handled = (over: Partial<NovaContainer> = {}) => [
  answer(nova({ units: [] }), { units: [], running: null, files: [] }),
  answer(novaContainer({}), { ...kolla, ...over }),
];
const byHand = { nova: { instances: `${VOLUME}/instances`, service: 'none' } };
const noContainer = [answer(nova({ units: [] }), { units: [], running: null, files: [] })];

export default [
  { name: 'a unit', findings: noFindings },
  {
    name: 'masked',
    facts: { c1: [units(['nova-compute.service', 'masked'])] },
    findings: [
      {
        host: 'c1',
        code: 'masked',
        fields: { unit: 'nova-compute.service' },
        finding: 'nova-compute.service is masked',
      },
    ],
  },
  {
    name: 'no unit',
    facts: { c1: [units()] },
    findings: [
      {
        host: 'c1',
        code: 'not-found',
        fields: { units: ['nova-compute.service', 'openstack-nova-compute.service'] },
        finding: 'there is no nova-compute.service or openstack-nova-compute.service',
      },
    ],
  },
  {
    name: 'a container of kolla',
    facts: { c1: contained() },
    findings: [
      {
        host: 'c1',
        code: 'container',
        fields: {
          running: true,
          runtime: 'docker',
          unit: 'kolla-nova_compute-container.service',
          source: '/var/lib/docker/volumes/nova_compute/_data',
          path: '/var/lib/nova',
          propagation: 'private',
          instances: '/var/lib/docker/volumes/nova_compute/_data/instances',
          keepsBaseFiles: false,
        },
        finding:
          'nova-compute runs in a container (docker, kolla-nova_compute-container.service), which fastboot does not stop, configure or start. It sees /var/lib/docker/volumes/nova_compute/_data of this host as /var/lib/nova, with private propagation: a pool that is mounted there while the container runs is not seen in it. The pool belongs in /var/lib/docker/volumes/nova_compute/_data/instances/_base',
      },
    ],
  },
  {
    name: 'a container of podman with live propagation, Nova keeps base files',
    facts: {
      c1: contained({
        runtime: 'podman',
        unit: null,
        binds: [{ path: '/var/lib/nova', source: '/var/lib/nova', propagation: 'shared' }],
        files: [{ path: CONFIG, lines: ['[image_cache]', 'remove_unused_base_images = false'] }],
      }),
    },
    findings: [
      {
        host: 'c1',
        code: 'container',
        fields: {
          running: true,
          runtime: 'podman',
          unit: null,
          source: '/var/lib/nova',
          path: '/var/lib/nova',
          propagation: 'shared',
          instances: '/var/lib/nova/instances',
          keepsBaseFiles: true,
        },
        finding:
          'nova-compute runs in a container (podman), which fastboot does not stop, configure or start. It sees /var/lib/nova of this host as /var/lib/nova, with shared propagation: a pool that is mounted there is seen in it at once. The pool belongs in /var/lib/nova/instances/_base',
      },
    ],
  },
  {
    name: 'a stopped container whose folders are not known',
    facts: { c1: contained({ running: false, binds: [] }) },
    findings: [
      {
        host: 'c1',
        code: 'container-folder-unknown',
        fields: { running: false, runtime: 'docker', unit: 'kolla-nova_compute-container.service' },
        finding:
          'nova-compute is in a container (docker, kolla-nova_compute-container.service), which fastboot does not stop, configure or start; fastboot could not find out which folder of this host it keeps its instances in',
      },
    ],
  },
  {
    name: 'by hand: the container must be stopped, and keep base files',
    settings: byHand,
    facts: { c1: handled(), c2: noContainer },
    findings: [
      {
        host: 'c1',
        code: 'container-running',
        fields: { unit: 'kolla-nova_compute-container.service' },
        finding:
          'nova-compute runs in a container. The pool would hide what it downloads until the container is restarted',
      },
      {
        host: 'c1',
        code: 'container-cleans',
        fields: {},
        finding:
          'the container of nova-compute does not have [image_cache] remove_unused_base_images = false: it may remove files of the pool that VMs of other nodes need',
      },
    ],
  },
  {
    name: 'by hand, and all is done',
    settings: byHand,
    facts: {
      c1: handled({
        running: false,
        files: [{ path: CONFIG, lines: ['[image_cache]', 'remove_unused_base_images = false'] }],
      }),
      c2: noContainer,
    },
    findings: noFindings,
  },
  {
    name: 'by hand, without a container',
    settings: { nova: { ...defaultSettings.nova, service: 'none' } },
    facts: { c1: noContainer, c2: noContainer },
    findings: noFindings,
  },
] satisfies readonly CheckCase[];
