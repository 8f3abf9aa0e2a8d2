import { nova } from '../../../src/facts/nova.ts';
import { novaContainer } from '../../../src/facts/nova-container.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer } from '../fixture.ts';
import { noFindings, novaConf } from './case.ts';
import type { CheckCase } from './case.ts';

const none = answer(nova({ units: [] }), { units: [], running: null, files: [] });

export default [
  { name: 'the default', findings: noFindings },
  {
    name: 'written out',
    facts: { c1: novaConf('[DEFAULT]', 'instances_path = /var/lib/nova/instances/') },
    findings: noFindings,
  },
  {
    name: 'another folder',
    facts: { c1: novaConf('[DEFAULT]', 'instances_path = /srv/i') },
    findings: [
      {
        host: 'c1',
        code: 'other-folder',
        fields: { used: '/srv/i', configured: '/var/lib/nova/instances' },
        finding:
          'nova keeps its instances in /srv/i, not in /var/lib/nova/instances: a pool there would not be used',
      },
    ],
  },
  {
    name: 'another name for _base',
    facts: { c1: novaConf('[image_cache]', 'subdirectory_name = _base_1') },
    findings: [
      {
        host: 'c1',
        code: 'other-base-folder',
        fields: { name: '_base_1' },
        finding:
          "nova's [image_cache] subdirectory_name is _base_1, not _base: a pool in _base would not be used",
      },
    ],
  },
  {
    name: 'a container with another folder, by hand',
    settings: { nova: { ...defaultSettings.nova, service: 'none' } },
    facts: {
      c1: [
        none,
        answer(novaContainer({}), {
          running: false,
          runtime: 'docker',
          unit: null,
          binds: [{ path: '/var/lib/nova', source: '/srv/volume', propagation: 'slave' }],
          files: [],
        }),
      ],
      c2: [none],
    },
    findings: [
      {
        host: 'c1',
        code: 'other-container-folder',
        fields: { used: '/srv/volume/instances', configured: '/var/lib/nova/instances' },
        finding:
          'the container of nova-compute keeps its instances in /srv/volume/instances of this host, not in /var/lib/nova/instances: a pool there would not be used',
      },
    ],
  },
] satisfies readonly CheckCase[];
