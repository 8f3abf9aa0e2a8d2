/**
 * The names that distributions give to packages and systemd units, each only here. Playbooks get them as the variables
 * `os.packages` and `os.units`.
 */

/** Names of one family of distributions. */
export interface DistributionNames {
  /** The values of `ID` and `ID_LIKE` in os-release that mean this family. */
  readonly ids: readonly string[];
  /** What fastboot installs. */
  readonly packages: Readonly<Record<'nfs_client' | 'nfs_server' | 'python', string>>;
  /** Units of services. Those of Nova and Glance are what `auto` means in the inventory. */
  readonly units: Readonly<Record<'nfs_server' | 'nova_compute' | 'glance_api', string>>;
  /** Packages whose versions are read. The first one that is installed counts. */
  readonly versions: Readonly<Record<'nova' | 'libvirt' | 'qemu', readonly string[]>>;
}

/** `debian`: apt and the names of its packages. `redhat`: dnf or yum and theirs, with those of RDO. */
export type KnownFamily = 'debian' | 'redhat';

/** `other`: its names are not known, so fastboot does not change such a host. */
export type DistributionFamily = KnownFamily | 'other';

const DISTRIBUTIONS: Readonly<Record<KnownFamily, DistributionNames>> = {
  debian: {
    ids: ['debian', 'ubuntu'],
    packages: { nfs_client: 'nfs-common', nfs_server: 'nfs-kernel-server', python: 'python3' },
    units: {
      nfs_server: 'nfs-server.service',
      nova_compute: 'nova-compute.service',
      glance_api: 'glance-api.service',
    },
    versions: {
      nova: ['nova-compute'],
      libvirt: ['libvirt-daemon', 'libvirt-daemon-system'],
      qemu: [
        'qemu-system-x86',
        'qemu-system-arm',
        'qemu-system-ppc',
        'qemu-system-s390x',
        'qemu-system-misc',
      ],
    },
  },
  redhat: {
    ids: ['rhel', 'fedora', 'centos', 'rocky', 'almalinux'],
    packages: { nfs_client: 'nfs-utils', nfs_server: 'nfs-utils', python: 'python3' },
    units: {
      nfs_server: 'nfs-server.service',
      nova_compute: 'openstack-nova-compute.service',
      glance_api: 'openstack-glance-api.service',
    },
    versions: {
      nova: ['openstack-nova-compute'],
      libvirt: ['libvirt-daemon', 'libvirt'],
      qemu: ['qemu-kvm-core', 'qemu-kvm', 'qemu'],
    },
  },
};

const ALL = Object.values(DISTRIBUTIONS);

/** The family of a distribution, by `ID` of os-release and, for derived ones, `ID_LIKE`. */
export function distributionFamily(release: ReadonlyMap<string, string>): DistributionFamily {
  const ids = [release.get('ID') ?? '', ...(release.get('ID_LIKE') ?? '').split(/\s+/)];
  if (ids.some((id) => DISTRIBUTIONS.debian.ids.includes(id))) return 'debian';
  return ids.some((id) => DISTRIBUTIONS.redhat.ids.includes(id)) ? 'redhat' : 'other';
}

/** The names of a family; undefined where they are not known. */
export function distributionNames(family: DistributionFamily): DistributionNames | undefined {
  return family === 'other' ? undefined : DISTRIBUTIONS[family];
}

/** What a unit is called by any distribution, each name once. */
export function unitNames(unit: keyof DistributionNames['units']): readonly string[] {
  return [...new Set(ALL.map(({ units }) => units[unit]))];
}

/** The packages whose version tells the version of a program, of all distributions, each once. */
export function versionPackages(program: keyof DistributionNames['versions']): readonly string[] {
  return [...new Set(ALL.flatMap(({ versions }) => versions[program]))];
}
