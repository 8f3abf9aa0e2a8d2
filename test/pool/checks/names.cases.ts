import { os } from '../../../src/facts/os.ts';
import { route } from '../../../src/facts/route.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer, makeInventory } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const resolves = (own: boolean | null) => [
  answer(os({}), {
    family: 'debian' as const,
    id: 'debian',
    version: '12',
    kernel: '6.1.0-9',
    hostname: 'compute-1',
    resolvesOwnName: own,
    systemd: true,
  }),
];
const byName = makeInventory(1, defaultSettings, { storageAddress: 'nfs01-storage' });
const unresolved = [
  answer(route({ address: 'nfs01-storage' }), {
    address: null,
    local: false,
    source: null,
    device: null,
    speed: null,
  }),
];

export default [
  { name: 'all names resolve', findings: noFindings },
  {
    name: 'its own name',
    facts: { c1: resolves(false) },
    findings: [
      {
        host: 'c1',
        code: 'own-name',
        fields: { name: 'compute-1' },
        finding: 'its own name compute-1 does not resolve',
      },
    ],
  },
  {
    name: 'no getent',
    facts: { c1: resolves(null) },
    findings: [
      {
        host: 'c1',
        code: 'no-getent',
        fields: { name: 'compute-1' },
        finding: 'fastboot could not check whether the host resolves its own name: getent is missing',
      },
    ],
  },
  {
    name: "the backend's name, on a node and on the backend",
    inventory: byName,
    facts: { nfs01: unresolved, c1: unresolved },
    findings: [
      {
        host: 'nfs01',
        code: 'backend-name',
        fields: { name: 'nfs01-storage' },
        finding: "the backend's name nfs01-storage does not resolve here",
      },
      {
        host: 'c1',
        code: 'backend-name',
        fields: { name: 'nfs01-storage' },
        finding: "the backend's name nfs01-storage does not resolve here",
      },
    ],
  },
] satisfies readonly CheckCase[];
