/** Check: compute nodes are alike enough to exchange VMs. */
import { defineCheck } from '../check-framework/define.ts';
import { listThem, nameThem, some } from '../check-framework/words.ts';
import type { Some } from '../check-framework/words.ts';
import { migrationNode, readPoolBases } from '../decisions/migration-nodes.ts';
import { compareForMigration } from '../decisions/migration-differences.ts';
import type { CommonValue, DifferingBase } from '../decisions/migration-differences.ts';

const MAX_HOSTS_SHOWN = 3;
const MAX_VALUES_SHOWN = 3;

/** A value, and the hosts that have it. */
type Value = { readonly value: string; readonly hosts: Some<string> };
type Values = { readonly values: Some<Value> };
/** A base file, and the forms in which it exists. */
type Form = { readonly form: string; readonly isPools: boolean; readonly hosts: Some<string> };
type Bases = { readonly bases: Some<{ readonly name: string; readonly forms: readonly Form[] }> };
type Sides = { readonly members: Some<string>; readonly others: Some<string> };

const JOIN =
  'bring all these nodes into the pool; until then move no VM that is based on these files between them, or give its disk a base of its own while it is off (qemu-img rebase)';

export default defineCheck({
  name: 'migration',
  // different ids of nova are a finding of another check
  about:
    'VMs can be moved between compute nodes once the run is over: ids, folders, disk types and base files are alike.',
  on: 'outcome',
  findings: {
    'hypervisor-ids': {
      severity: 'notice',
      say: ({ values }: Values) => `VMs run as different uid:gid on the compute nodes: ${listValues(values)}`,
      fix: () =>
        'the pool needs no change: all users may read it. Other shared storage must allow each of these users',
    },
    'instances-path': {
      severity: 'warning',
      say: ({ values }: Values) =>
        `nova keeps its instances in different folders: ${listValues(values)}. A disk names its base file by the whole path. So a VM that is moved between these nodes does not find it`,
      fix: () =>
        'set instances_path (and nova.instances) to the same folder on all nodes, or do not move VMs between them',
    },
    'images-type': {
      severity: 'notice',
      say: ({ values }: Values) =>
        `nova has different images_type on the compute nodes: ${listValues(values)}; VMs cannot be moved between nodes that differ in it`,
      fix: () => 'set the same [libvirt] images_type on all nodes, or keep them apart with host aggregates',
    },
    'base-format': {
      severity: 'warning',
      say: ({ bases }: Bases) =>
        `base files differ in format: ${listBases(bases)}. A disk keeps the format of the node that it was made on. So a VM that is moved (cold migration, resize) reads corrupt data without an error, or does not start`,
      fix: () => JOIN,
    },
    'base-bytes': {
      severity: 'warning',
      say: ({ bases }: Bases) =>
        `base files of one name are not the same: ${listBases(bases)}. A VM that is moved (cold migration, resize) would read other bytes than before`,
      fix: () => JOIN,
    },
    pool: {
      severity: 'notice',
      say: ({ members, others }: Sides) =>
        `with the pool: ${nameThem(members)}; without the pool: ${nameThem(others)}. Without the pool, nova converts qcow2 images to raw (force_raw_images). A VM that is moved between them fails, or reads corrupt data without an error`,
      fix: () => 'bring them all into the pool; until then move no VM between them',
    },
  },
  judge: ({ pool, findings }, reportOn) => {
    const { backend, computes } = pool.nodes;
    const report = reportOn(backend.host.name);
    const isBlocked = (host: string) =>
      findings.some((finding) => finding.host === host && finding.severity === 'block');
    const wasSaid = (name: string) => findings.some(({ check }) => check === name);
    const nodes = computes.map((node) => {
      const { name } = node.host;
      const joins = !isBlocked(name) && !isBlocked(backend.host.name);
      return migrationNode(node, pool.bases.nodes.get(name), node.base.kind === 'mounted' || joins);
    });
    const differ = compareForMigration(nodes, readPoolBases(backend));
    return [
      ...(differ.hypervisor.length > 0 && !wasSaid('owner')
        ? [report('hypervisor-ids', values(differ.hypervisor))]
        : []),
      ...(differ.instances.length > 0 ? [report('instances-path', values(differ.instances))] : []),
      ...(differ.imagesType.length > 0 ? [report('images-type', values(differ.imagesType))] : []),
      ...(differ.formats.length > 0
        ? [
            report(
              'base-format',
              bases(differ.formats, ({ format }) => format),
            ),
          ]
        : []),
      ...(differ.bytes.length > 0
        ? [
            report(
              'base-bytes',
              bases(differ.bytes, ({ size }) => `${size} bytes`),
            ),
          ]
        : []),
      ...(differ.pool === null
        ? []
        : [
            report('pool', {
              members: some(differ.pool.members, MAX_HOSTS_SHOWN),
              others: some(differ.pool.others, MAX_HOSTS_SHOWN),
            }),
          ]),
    ];
  },
});

function values(all: readonly CommonValue[]): Values {
  const items = all.map(({ value, hosts }) => ({ value, hosts: some(hosts, MAX_HOSTS_SHOWN) }));
  return { values: some(items, MAX_VALUES_SHOWN) };
}

function listValues(values: Some<Value>): string {
  return listThem(values, ({ value, hosts }) => `${value} on ${nameThem(hosts)}`);
}

/** @param word what a person reads of a form */
function bases(
  all: readonly DifferingBase[],
  word: (form: DifferingBase['variants'][number]['form']) => string,
): Bases {
  const items = all.map(({ name, variants }) => ({
    name,
    forms: variants.map(({ form, isPools, hosts }) => ({
      form: word(form),
      isPools,
      hosts: some(hosts, MAX_HOSTS_SHOWN),
    })),
  }));
  return { bases: some(items, MAX_VALUES_SHOWN) };
}

function listBases(all: Bases['bases']): string {
  return listThem(all, ({ name, forms }) => `${name} (${forms.map(describe).join(', ')})`);
}

/** `raw in the pool, c1`, `qcow2 on c2`. */
function describe({ form, isPools, hosts }: Form): string {
  if (!isPools) return `${form} on ${nameThem(hosts)}`;
  return `${form} in the pool${hosts.total === 0 ? '' : ` and on ${nameThem(hosts)}`}`;
}
