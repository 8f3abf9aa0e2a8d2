import type { Nova, NovaUnit } from '../../facts/nova.ts';
import { KOLLA_UNIT } from '../../facts/nova-container.ts';
import type { NovaContainer } from '../../facts/nova-container.ts';
import { effectiveValue, isFalse, readingOrder } from '../../formats/oslo-config.ts';
import type { ConfigFile, OptionName } from '../../formats/oslo-config.ts';

/** Nova's settings on a compute node as far as the pool depends on them. */
export interface NovaSettings {
  /** A file in the folder that nova-compute really reads. */
  readonly dropIn: string;
  /** The file that is read after the drop-in and sets `remove_unused_base_images` otherwise; none or one. */
  readonly overrides: readonly string[];
  /** Whether the cache manager is told already to remove nothing. */
  readonly keepsBaseFiles: boolean;
  /** Null where it is not set, or is made of options that were not read. */
  readonly instancesPath: string | null;
  /** The name of `_base`. */
  readonly subdirectory: string;
  /** `qcow2`, `flat`, `rbd`, `lvm`, `ploop`, as Nova takes it. */
  readonly imagesType: string;
  /** Whether Nova makes overlays where `images_type` is left at its default. */
  readonly usesCow: boolean;
  /** Whether Nova makes raw base files of whatever it downloads. */
  readonly forcesRaw: boolean;
}

const REMOVE_UNUSED: readonly OptionName[] = [
  ['image_cache', 'remove_unused_base_images'],
  ['DEFAULT', 'remove_unused_base_images'],
];
const SUBDIRECTORY: readonly OptionName[] = [
  ['image_cache', 'subdirectory_name'],
  ['DEFAULT', 'image_cache_subdirectory_name'],
  ['DEFAULT', 'base_dir_name'],
];

/** Nova's settings by the command line that its process has, or would get from its unit. */
export function novaSettings(nova: Nova, unit: NovaUnit | undefined): NovaSettings {
  const present = nova.files.map(({ path }) => path);
  const words = nova.running ?? commandWords(unit?.command ?? [], present);
  const { dropIn, files } = readingOrder(words, present);
  const byPath = new Map(nova.files.map((file) => [file.path, file]));
  const read = files.map((path) => byPath.get(path) ?? { path, lines: [] });
  const later = read.slice(files.lastIndexOf(dropIn) + 1);
  const override = effectiveValue(later, REMOVE_UNUSED);
  const effective = effectiveValue(read, REMOVE_UNUSED);
  return {
    dropIn,
    overrides: override === undefined || isFalse(override.value) ? [] : [override.file],
    keepsBaseFiles: effective !== undefined && isFalse(effective.value),
    instancesPath: instancesPath(read),
    subdirectory: effectiveValue(read, SUBDIRECTORY)?.value ?? '_base',
    imagesType: imagesType(read),
    usesCow: isOn(read, 'use_cow_images'),
    forcesRaw: isOn(read, 'force_raw_images'),
  };
}

/** Debian's unit starts an init script, which passes these files (fact 17); its own code is not run to ask it. */
function commandWords(command: readonly string[], present: readonly string[]): readonly string[] {
  if (command[0]?.startsWith('/etc/init.d/') !== true) return command;
  return ['/etc/nova/nova.conf', '/etc/nova/nova-compute.conf']
    .filter((path) => path === '/etc/nova/nova.conf' || present.includes(path))
    .map((path) => `--config-file=${path}`);
}

function instancesPath(files: readonly ConfigFile[]): string | null {
  const state = effectiveValue(files, [['DEFAULT', 'state_path']])?.value;
  const path = effectiveValue(files, [['DEFAULT', 'instances_path']])?.value ?? '$state_path/instances';
  const filled = path.replace(/\$\{?state_path\b\}?/, () => state ?? '$state_path');
  return filled.includes('$') ? null : filled.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

/** `default` is qcow2, or raw copies where `use_cow_images` is off; `raw` is the old name of `flat`. */
function imagesType(files: readonly ConfigFile[]): string {
  const type = effectiveValue(files, [['libvirt', 'images_type']])?.value ?? 'default';
  if (type === 'raw') return 'flat';
  if (type !== 'default') return type;
  return isOn(files, 'use_cow_images') ? 'qcow2' : 'flat';
}

/** One of Nova's options that are on unless some file says otherwise. */
function isOn(files: readonly ConfigFile[], option: string): boolean {
  return !isFalse(effectiveValue(files, [['DEFAULT', option]])?.value ?? 'true');
}

/** Which systemd unit is nova-compute's. */
export type NovaService =
  | { readonly kind: 'unit'; readonly unit: NovaUnit }
  /** `nova.service: none`: nothing is to be stopped or started. */
  | { readonly kind: 'none' }
  | { readonly kind: 'missing'; readonly finding: string; readonly remedy: string }
  /** It is in a container. */
  | { readonly kind: 'container' };

const AUTO_UNITS = ['nova-compute.service', 'openstack-nova-compute.service'];

/** The units that may be meant by the setting `nova.service`. */
export function candidateUnits(service: string): readonly string[] {
  if (service === 'auto') return AUTO_UNITS;
  if (service === 'none') return [];
  return [service.endsWith('.service') ? service : `${service}.service`];
}

const NONE_HINT = 'or set nova.service: none, then fastboot mounts the pool and leaves nova-compute to you';

export function findNovaService(service: string, nova: Nova, container: NovaContainer | null): NovaService {
  if (service === 'none') return { kind: 'none' };
  const loaded = nova.units.find(({ load }) => load === 'loaded');
  const contained = loaded === undefined || loaded.name === KOLLA_UNIT || container?.running === true;
  if (container !== null && contained) return { kind: 'container' };
  if (loaded !== undefined) return { kind: 'unit', unit: loaded };
  const names = candidateUnits(service).join(' or ');
  const masked = nova.units.find(({ load }) => load === 'masked');
  if (masked !== undefined) {
    return {
      kind: 'missing',
      finding: `${masked.name} is masked`,
      remedy: `systemctl unmask ${masked.name}, ${NONE_HINT}`,
    };
  }
  return {
    kind: 'missing',
    finding: `there is no ${names}`,
    remedy: `install nova-compute, name its unit in nova.service, ${NONE_HINT}`,
  };
}
