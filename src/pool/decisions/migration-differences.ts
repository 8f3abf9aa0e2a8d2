/** In what compute nodes differ so that a VM cannot be moved between them. */
import { pushTo } from '../../core/push-to.ts';

/** A base file, as far as a moved disk depends on it. */
export interface BaseForm {
  /** Of the file's own header. */
  readonly format: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the whole file; null where it could not be read, undefined where nobody needed to know. */
  readonly digest: string | null | undefined;
}

/** What decides whether a compute node can exchange VMs with another one. */
export interface MigrationNode {
  readonly host: string;
  /** `uid:gid` of the user that runs QEMU; null where not known. */
  readonly hypervisor: string | null;
  /** Where Nova keeps instances: disks name their base files by the whole path. */
  readonly instances: string;
  readonly imagesType: string;
  /** Whether Nova converts every image that it downloads to raw. */
  readonly forcesRaw: boolean;
  /** Whether it has the pool, or gets it in this run. */
  readonly inPool: boolean;
  /** Its own base files that VMs use, by name; empty where it has the pool. */
  readonly bases: ReadonlyMap<string, BaseForm>;
}

/** What the pool has, or will have, under a base name; undefined where that is nothing, or not known. */
export type PoolBases = (name: string) => BaseForm | undefined;

/** A value that some nodes have in common. */
export interface CommonValue {
  readonly value: string;
  readonly hosts: readonly string[];
}

/** One form of a base file. */
export interface BaseVariant {
  readonly form: BaseForm;
  /** Whether the pool has it in this form. */
  readonly isPools: boolean;
  /** Nodes that have it in this form. */
  readonly hosts: readonly string[];
}

/** A base file that does not have the same form everywhere. */
export interface DifferingBase {
  readonly name: string;
  readonly variants: readonly BaseVariant[];
}

/** In what nodes differ; each list is empty where they do not. */
export interface MigrationDifferences {
  readonly hypervisor: readonly CommonValue[];
  readonly instances: readonly CommonValue[];
  readonly imagesType: readonly CommonValue[];
  /** Base files of different formats. */
  readonly formats: readonly DifferingBase[];
  /** Base files of the same format with different bytes. */
  readonly bytes: readonly DifferingBase[];
  /** Nodes with the pool, and nodes without it that make other files of the same images. Null unless there are both. */
  readonly pool: { readonly members: readonly string[]; readonly others: readonly string[] } | null;
}

/**
 * Compares all nodes. A disk keeps the path and the format of its base file when it is moved (docs/facts.md#fact-10). Pure.
 */
export function compareForMigration(
  nodes: readonly MigrationNode[],
  poolBases: PoolBases,
): MigrationDifferences {
  const overlays = nodes.filter(({ imagesType }) => imagesType === 'qcow2');
  const different = differingBases(overlays, poolBases);
  const haveOneFormat = ({ variants }: DifferingBase) =>
    new Set(variants.map(({ form }) => form.format)).size === 1;
  return {
    hypervisor: differingValues(nodes, ({ hypervisor }) => hypervisor),
    instances: differingValues(nodes, ({ instances }) => instances),
    imagesType: differingValues(nodes, ({ imagesType }) => imagesType),
    formats: different.filter((base) => !haveOneFormat(base)),
    bytes: different.filter(haveOneFormat),
    pool: poolDifference(overlays),
  };
}

/** The values with the nodes that have them, the most common first; empty where all known values are equal. */
function differingValues(
  nodes: readonly MigrationNode[],
  valueOf: (node: MigrationNode) => string | null,
): readonly CommonValue[] {
  const hosts = new Map<string, string[]>();
  for (const node of nodes) {
    const value = valueOf(node);
    if (value !== null) pushTo(hosts, value, node.host);
  }
  if (hosts.size < 2) return [];
  return [...hosts]
    .map(([value, names]) => ({ value, hosts: names }))
    .sort((a, b) => b.hosts.length - a.hosts.length);
}

interface Variant extends BaseVariant {
  readonly hosts: string[];
}

/** Base files of one name with more than one form. The pool's form counts as soon as one node has the pool. */
function differingBases(nodes: readonly MigrationNode[], poolBases: PoolBases): readonly DifferingBase[] {
  const hasMembers = nodes.some(({ inPool }) => inPool);
  const byName = new Map<string, Variant[]>();
  for (const { host, bases } of nodes) {
    for (const [name, form] of bases) {
      const variants = byName.get(name) ?? poolVariant(hasMembers ? poolBases(name) : undefined);
      byName.set(name, variants);
      const same = variants.find((variant) => isSame(variant.form, form));
      if (same === undefined) variants.push({ form, isPools: false, hosts: [host] });
      else same.hosts.push(host);
    }
  }
  return [...byName]
    .filter(([, variants]) => variants.length > 1)
    .map(([name, variants]) => ({ name, variants }));
}

function poolVariant(form: BaseForm | undefined): Variant[] {
  return form === undefined ? [] : [{ form, isPools: true, hosts: [] }];
}

/** A digest that is not known says nothing. */
function isSame(a: BaseForm, b: BaseForm): boolean {
  const digests = [a.digest, b.digest].filter((digest) => typeof digest === 'string');
  return a.format === b.format && a.size === b.size && new Set(digests).size < 2;
}

function poolDifference(nodes: readonly MigrationNode[]): MigrationDifferences['pool'] {
  const members = nodes.filter(({ inPool }) => inPool).map(({ host }) => host);
  const others = nodes.filter(({ inPool, forcesRaw }) => !inPool && forcesRaw).map(({ host }) => host);
  return members.length === 0 || others.length === 0 ? null : { members, others };
}
