import { A, B, diskOn, file, GIB, ids, noFindings, novaConf, poolHas, withBases } from './case.ts';
import type { CheckCase } from './case.ts';

/** A node that stays out of the pool, with a base file that the pool cannot replace. */
const outside = (name: string, size = GIB) => withBases([file(name, { size })], { own: [diskOn(name)] });

export default [
  { name: 'nodes that are alike and get the pool', findings: noFindings },
  { name: 'ids that another check has named', facts: { c2: ids('162:162') }, findings: noFindings },
  {
    name: 'the group of the user that runs QEMU',
    facts: { c2: ids('64060:64060', '64055:994') },
    findings: [
      {
        host: 'nfs01',
        code: 'hypervisor-ids',
        fields: {
          values: {
            total: 2,
            first: [
              { value: '64055:104', hosts: { total: 1, first: ['c1'] } },
              { value: '64055:994', hosts: { total: 1, first: ['c2'] } },
            ],
          },
        },
        finding: 'VMs run as different uid:gid on the compute nodes: 64055:104 on c1; 64055:994 on c2',
      },
    ],
  },
  {
    name: 'folders of instances',
    facts: { c1: novaConf('[DEFAULT]', 'instances_path = /srv/i') },
    findings: [
      {
        host: 'nfs01',
        code: 'instances-path',
        fields: {
          values: {
            total: 2,
            first: [
              { value: '/srv/i', hosts: { total: 1, first: ['c1'] } },
              { value: '/var/lib/nova/instances', hosts: { total: 1, first: ['c2'] } },
            ],
          },
        },
        finding:
          'nova keeps its instances in different folders: /srv/i on c1; /var/lib/nova/instances on c2. A disk names its base file by the whole path. So a VM that is moved between these nodes does not find it',
      },
      {
        host: 'nfs01',
        code: 'pool',
        fields: { members: { total: 1, first: ['c2'] }, others: { total: 1, first: ['c1'] } },
        finding:
          'with the pool: c2; without the pool: c1. Without the pool, nova converts qcow2 images to raw (force_raw_images). A VM that is moved between them fails, or reads corrupt data without an error',
      },
    ],
  },
  {
    name: 'images_type',
    facts: { c1: novaConf('[libvirt]', 'images_type = raw') },
    findings: [
      {
        host: 'nfs01',
        code: 'images-type',
        fields: {
          values: {
            total: 2,
            first: [
              { value: 'flat', hosts: { total: 1, first: ['c1'] } },
              { value: 'qcow2', hosts: { total: 1, first: ['c2'] } },
            ],
          },
        },
        finding:
          'nova has different images_type on the compute nodes: flat on c1; qcow2 on c2; VMs cannot be moved between nodes that differ in it',
      },
    ],
  },
  {
    name: 'a node without the pool, with a raw base file',
    facts: { nfs01: poolHas(A, { size: 500_000, format: 'qcow2' }), c1: outside(A) },
    findings: [
      {
        host: 'nfs01',
        code: 'base-format',
        fields: {
          bases: {
            total: 1,
            first: [
              {
                name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
                forms: [
                  { form: 'qcow2', isPools: true, hosts: { total: 0, first: [] } },
                  { form: 'raw', isPools: false, hosts: { total: 1, first: ['c1'] } },
                ],
              },
            ],
          },
        },
        finding:
          'base files differ in format: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (qcow2 in the pool, raw on c1). A disk keeps the format of the node that it was made on. So a VM that is moved (cold migration, resize) reads corrupt data without an error, or does not start',
      },
      {
        host: 'nfs01',
        code: 'pool',
        fields: { members: { total: 1, first: ['c2'] }, others: { total: 1, first: ['c1'] } },
        finding:
          'with the pool: c2; without the pool: c1. Without the pool, nova converts qcow2 images to raw (force_raw_images). A VM that is moved between them fails, or reads corrupt data without an error',
      },
    ],
  },
  {
    name: 'base files of other sizes',
    facts: { nfs01: poolHas(B, { size: 5 }), c1: outside(B) },
    findings: [
      {
        host: 'nfs01',
        code: 'base-bytes',
        fields: {
          bases: {
            total: 1,
            first: [
              {
                name: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
                forms: [
                  { form: '5 bytes', isPools: true, hosts: { total: 0, first: [] } },
                  { form: '1073741824 bytes', isPools: false, hosts: { total: 1, first: ['c1'] } },
                ],
              },
            ],
          },
        },
        finding:
          'base files of one name are not the same: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb (5 bytes in the pool, 1073741824 bytes on c1). A VM that is moved (cold migration, resize) would read other bytes than before',
      },
      {
        host: 'nfs01',
        code: 'pool',
        fields: { members: { total: 1, first: ['c2'] }, others: { total: 1, first: ['c1'] } },
        finding:
          'with the pool: c2; without the pool: c1. Without the pool, nova converts qcow2 images to raw (force_raw_images). A VM that is moved between them fails, or reads corrupt data without an error',
      },
    ],
  },
] satisfies readonly CheckCase[];
