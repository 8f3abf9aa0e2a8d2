import { pushTo } from '../../core/push-to.ts';
import { listSome, nameSome } from '../../core/wording.ts';
import type { Finding } from '../../core/finding.ts';

/** A base file as far as a moved disk depends on it. */
export interface BaseForm {
  /** Of the file's own header. */
  readonly format: string;
  readonly size: number;
  /** Of all its bytes; undefined where nobody needed to know. */
  readonly digest: string | null | undefined;
}

/** What decides whether a compute node can exchange VMs with another one. */
export interface MigrationNode {
  readonly host: string;
  /** `uid:gid`; null where not known. */
  readonly nova: string | null;
  readonly hypervisor: string | null;
  /** Where Nova keeps instances: disks name their base files by their whole path. */
  readonly instances: string;
  readonly imagesType: string;
  /** Whether Nova makes raw base files of what it downloads itself. */
  readonly forcesRaw: boolean;
  /** Whether it has the pool, or gets it in this run. */
  readonly inPool: boolean;
  /** Base files of its own that its VMs use; none where it is in the pool. */
  readonly bases: ReadonlyMap<string, BaseForm>;
}

/** One thing in which nodes differ, whichever and however many they are. */
export interface MigrationFinding {
  readonly differs:
    'nova' | 'hypervisor' | 'instances' | 'images-type' | 'base-format' | 'base-bytes' | 'pool';
  readonly severity: Extract<Finding['severity'], 'warning' | 'notice'>;
  readonly finding: string;
  readonly remedy: string;
}

/** What the pool has, or will have, under a base name; undefined where that is nothing or not known. */
export type PoolBases = (name: string) => BaseForm | undefined;

/**
 * In what compute nodes differ so that a VM cannot be moved from one to another, or would read rubbish there: a disk
 * takes the path and the format of its base file along (facts 10 and Q6). At most one finding for each kind of
 * difference. Pure.
 */
export function checkMigration(
  nodes: readonly MigrationNode[],
  poolBases: PoolBases,
): readonly MigrationFinding[] {
  const overlays = nodes.filter(({ imagesType }) => imagesType === 'qcow2');
  return [
    ...differing(nodes, ({ nova }) => nova, {
      differs: 'nova',
      severity: 'warning',
      say: (values) => `nova's uid:gid differ between compute nodes: ${values}`,
      remedy: 'give nova the same ids on every node before a VM is moved between them',
    }),
    ...differing(nodes, ({ hypervisor }) => hypervisor, {
      differs: 'hypervisor',
      severity: 'notice',
      say: (values) => `the uid:gid that VMs run as differ between compute nodes: ${values}`,
      remedy:
        'nothing needs to be done for the pool, which all may read; other storage that nodes share has to let each of these users in',
    }),
    ...differing(nodes, ({ instances }) => instances, {
      differs: 'instances',
      severity: 'warning',
      say: (values) =>
        `nova keeps its instances in different folders: ${values}; a disk names its base file by the whole path, so a VM that is moved between these nodes does not find it`,
      remedy:
        'set instances_path (and nova.instances) to the same folder on all nodes, or do not move VMs between them',
    }),
    ...differing(nodes, ({ imagesType }) => imagesType, {
      differs: 'images-type',
      severity: 'notice',
      say: (values) =>
        `nova's images_type differs between compute nodes: ${values}; VMs cannot be moved between nodes that differ in it`,
      remedy: 'set the same [libvirt] images_type on all nodes, or keep them apart with host aggregates',
    }),
    ...baseFindings(overlays, poolBases),
    ...poolFindings(overlays),
  ];
}

interface Difference extends Omit<MigrationFinding, 'finding'> {
  readonly say: (values: string) => string;
}

/** One finding where nodes have different values; what is not known differs from nothing. */
function differing(
  nodes: readonly MigrationNode[],
  valueOf: (node: MigrationNode) => string | null,
  { say, ...rest }: Difference,
): readonly MigrationFinding[] {
  const hosts = new Map<string, string[]>();
  for (const node of nodes) {
    const value = valueOf(node);
    if (value !== null) pushTo(hosts, value, node.host);
  }
  if (hosts.size < 2) return [];
  const groups = [...hosts].sort(([, a], [, b]) => b.length - a.length);
  return [
    { ...rest, finding: say(listed(groups.map(([value, names]) => `${value} on ${hostList(names)}`))) },
  ];
}

/** Who has a base file in one form. */
interface Variant {
  readonly form: BaseForm;
  readonly hosts: string[];
}

const POOL = 'the pool';

/** Base files of one name that are not the same everywhere, those of different formats first. */
function baseFindings(nodes: readonly MigrationNode[], poolBases: PoolBases): readonly MigrationFinding[] {
  const hasMembers = nodes.some(({ inPool }) => inPool);
  const byName = new Map<string, Variant[]>();
  for (const { host, bases } of nodes) {
    for (const [name, form] of bases) {
      const variants = byName.get(name) ?? startVariants(hasMembers ? poolBases(name) : undefined);
      byName.set(name, variants);
      const same = variants.find((variant) => isSame(variant.form, form));
      if (same === undefined) variants.push({ form, hosts: [host] });
      else same.hosts.push(host);
    }
  }
  const different = [...byName].filter(([, variants]) => variants.length > 1);
  const isOfFormats = ([, variants]: readonly [string, readonly Variant[]]) =>
    new Set(variants.map(({ form }) => form.format)).size > 1;
  return [
    ...baseFinding(different.filter(isOfFormats), {
      differs: 'base-format',
      severity: 'warning',
      say: (values) =>
        `base files differ in format: ${values}. A disk keeps the format of the node that it was made on, so a VM that is moved (cold migration, resize) silently reads rubbish, or does not start`,
      remedy: OUT,
    }),
    ...baseFinding(
      different.filter((each) => !isOfFormats(each)),
      {
        differs: 'base-bytes',
        severity: 'warning',
        say: (values) =>
          `base files of one name are not the same: ${values}. A VM that is moved (cold migration, resize) would read other bytes than before`,
        remedy: OUT,
      },
    ),
  ];
}

const OUT =
  'bring all these nodes into the pool; until then move no VM that is based on these files between them, or give its disk a base of its own while it is off (qemu-img rebase)';

function startVariants(form: BaseForm | undefined): Variant[] {
  return form === undefined ? [] : [{ form, hosts: [POOL] }];
}

function isSame(a: BaseForm, b: BaseForm): boolean {
  const digests = [a.digest, b.digest].filter((digest) => typeof digest === 'string');
  return a.format === b.format && a.size === b.size && new Set(digests).size < 2;
}

function baseFinding(
  files: readonly (readonly [string, readonly Variant[]])[],
  { say, ...rest }: Difference,
): readonly MigrationFinding[] {
  if (files.length === 0) return [];
  const bySize = rest.differs === 'base-bytes';
  const described = files.map(([name, variants]) => {
    const forms = variants.map(({ form, hosts }) => {
      const where = `${hosts.includes(POOL) ? 'in' : 'on'} ${hostList(hosts)}`;
      return `${bySize ? `${form.size} bytes` : form.format} ${where}`;
    });
    return `${name} (${forms.join(', ')})`;
  });
  return [{ ...rest, finding: say(listed(described)) }];
}

/** Nodes with the pool beside nodes without, whose own Nova would make other files of the same images. */
function poolFindings(nodes: readonly MigrationNode[]): readonly MigrationFinding[] {
  const members = nodes.filter(({ inPool }) => inPool);
  const outside = nodes.filter(({ inPool, forcesRaw }) => !inPool && forcesRaw);
  if (members.length === 0 || outside.length === 0) return [];
  return [
    {
      differs: 'pool',
      severity: 'notice',
      finding: `${hostList(members.map(({ host }) => host))} work with the pool, ${hostList(outside.map(({ host }) => host))} without it, where nova makes raw files of qcow2 images (force_raw_images): a VM with such an image that is moved from one to the other does not start, or reads rubbish`,
      remedy: 'bring them all into the pool; until then move no VM between them',
    },
  ];
}

const MOST_HOSTS = 3;
const MOST_VALUES = 3;

function hostList(hosts: readonly string[]): string {
  return nameSome(hosts, MOST_HOSTS);
}

function listed(values: readonly string[]): string {
  return listSome(values, MOST_VALUES);
}
