import { content } from '../../../src/facts/content.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import { answer, CONFIG } from '../fixture.ts';
import { ids, noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const setting = (owner: string) => ({ pool: { ...defaultSettings.pool, owner } });

export default [
  { name: 'one user runs QEMU everywhere', findings: noFindings },
  { name: 'keep', settings: setting('keep'), facts: { c1: ids('64060:64060', null) }, findings: noFindings },
  {
    name: 'nova runs QEMU',
    facts: { c1: ids('64060:64060', '64060:64060') },
    findings: [
      {
        host: 'c1',
        code: 'nova-runs-vms',
        fields: { uid: 64060 },
        finding: "VMs run here as uid 64060, which is nova's: nova could remove base files under running VMs",
      },
    ],
  },
  {
    name: "the setting names nova's uid",
    settings: setting('64060:20'),
    findings: [
      {
        host: 'nfs01',
        code: 'is-nova',
        fields: { uid: 64060 },
        finding:
          "links would belong to uid 64060, which is nova's: nova could then remove them under running VMs",
      },
    ],
  },
  {
    name: 'no such user on a node',
    facts: { c1: ids('64060:64060', null) },
    findings: [
      {
        host: 'nfs01',
        code: 'kept',
        fields: { reason: 'no-hypervisor' },
        finding: "a compute node has no user libvirt-qemu or qemu: published images keep Glance's owner",
      },
    ],
  },
  {
    name: 'different uids',
    facts: { c1: ids('64060:64060', '107:107') },
    findings: [
      {
        host: 'nfs01',
        code: 'kept',
        fields: { reason: 'hypervisors-differ' },
        finding:
          "the user that runs QEMU has different uids on the compute nodes: published images keep Glance's owner",
      },
    ],
  },
  {
    name: 'kept until every node was read',
    facts: { nfs01: [answer(content({ path: CONFIG }), '{"owner":"keep","cacheOwner":"0:64060"}')] },
    unread: ['c2'],
    findings: [
      {
        host: 'nfs01',
        code: 'kept',
        fields: { reason: 'nodes-unread' },
        finding: "not every compute node was read: published images keep Glance's owner",
      },
    ],
  },
] satisfies readonly CheckCase[];
