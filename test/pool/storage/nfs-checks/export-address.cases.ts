import { resolved } from '../../../../src/facts/route.ts';
import { answer, makeHost, makeInventory } from '../../fixture.ts';
import { noFindings, routed } from '../../checks/case.ts';
import type { CheckCase } from '../../checks/case.ts';

const named = makeInventory([makeHost('c1', { storageAddress: 'c1-storage' })]);
const resolves = (address: string) => [answer(resolved({ name: 'c1-storage' }), address)];

export default [
  { name: 'the source address of its own routing', findings: noFindings },
  {
    name: 'a name that the backend resolves to it',
    inventory: named,
    facts: { nfs01: resolves('198.51.100.21') },
    findings: noFindings,
  },
  {
    name: 'no route',
    facts: { c1: routed({ source: null, device: null, speed: null }) },
    findings: [
      {
        host: 'c1',
        code: 'no-source',
        fields: { client: 'c1' },
        finding: 'its source address towards the backend is not known, so nothing can be exported to it',
      },
    ],
  },
  {
    name: 'a name that the backend cannot resolve',
    inventory: named,
    findings: [
      {
        host: 'c1',
        code: 'unresolved',
        fields: { client: 'c1', name: 'c1-storage' },
        finding:
          'the backend cannot resolve its storage address c1-storage, so nothing can be exported to it',
      },
    ],
  },
  {
    name: 'two nodes with one address, however it is written',
    inventory: makeInventory([
      makeHost('c1', { storageAddress: '2001:db8::5' }),
      makeHost('c2', { storageAddress: '2001:DB8:0::5' }),
    ]),
    facts: { c1: routed({ source: '2001:db8::5' }), c2: routed({ source: '2001:db8::5' }) },
    findings: [
      {
        host: 'c1',
        code: 'shared',
        fields: { client: 'c1', other: 'c2', address: '2001:db8::5' },
        finding: 'c2 has the same address on the storage network, 2001:db8::5',
      },
      {
        host: 'c2',
        code: 'shared',
        fields: { client: 'c2', other: 'c1', address: '2001:db8::5' },
        finding: 'c1 has the same address on the storage network, 2001:db8::5',
      },
    ],
  },
  {
    name: 'a name of another address',
    inventory: named,
    facts: { nfs01: resolves('198.51.100.99') },
    findings: [
      {
        host: 'c1',
        code: 'other-source',
        fields: { client: 'c1', address: '198.51.100.99', source: '198.51.100.21' },
        finding: 'the export will allow 198.51.100.99, but this host connects from 198.51.100.21',
      },
    ],
  },
] satisfies readonly CheckCase[];
