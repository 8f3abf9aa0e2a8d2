import { noFindings, routed } from './case.ts';
import type { CheckCase } from './case.ts';

export default [
  { name: 'an address of the backend, with a route to it', findings: noFindings },
  {
    name: 'loopback',
    facts: { c1: routed({ address: '127.0.1.1', local: true }) },
    findings: [
      {
        host: 'c1',
        code: 'loopback',
        fields: { name: '198.51.100.10', address: '127.0.1.1' },
        finding:
          "the backend's storage address 198.51.100.10 is 127.0.1.1 here: this host would mount from itself",
      },
    ],
  },
  {
    name: "the node's own address",
    facts: { c1: routed({ local: true }) },
    findings: [
      {
        host: 'c1',
        code: 'own-address',
        fields: { address: '198.51.100.10' },
        finding: "the backend's storage address 198.51.100.10 is an address of this host itself",
      },
    ],
  },
  {
    name: 'no route',
    facts: { c1: routed({ source: null, device: null, speed: null }) },
    findings: [
      {
        host: 'c1',
        code: 'no-route',
        fields: { address: '198.51.100.10' },
        finding: "there is no route to the backend's storage address 198.51.100.10",
      },
    ],
  },
  {
    name: 'not an address of the backend',
    facts: { nfs01: routed({}) },
    findings: [
      {
        host: 'nfs01',
        code: 'not-on-backend',
        fields: { address: '198.51.100.10' },
        finding: '198.51.100.10, which clients will mount, is not an address of this host',
      },
    ],
  },
  {
    name: 'the backend cannot read its routes',
    facts: { nfs01: routed({ local: true, source: null, device: null, speed: null }) },
    findings: [
      {
        host: 'nfs01',
        code: 'backend-route',
        fields: { address: '198.51.100.10' },
        finding: 'the route to its own storage address 198.51.100.10 could not be read',
      },
    ],
  },
] satisfies readonly CheckCase[];
