/** Works out the settings of Nova that the pool depends on, from Nova's own files in the order in which it reads them. */
import type { Nova, NovaUnit } from '../../facts/nova.ts';
import { effectiveValue, isFalse, NOVA_PLACES, readingOrder } from '../../formats/oslo-config.ts';
import type { ConfigFile, OptionName } from '../../formats/oslo-config.ts';

/** Nova's settings on a compute node, as far as the pool depends on them. */
export interface NovaSettings {
  /** fastboot's own file, in a folder that nova-compute reads. */
  readonly dropIn: string;
  /** The file that nova-compute reads after the drop-in and that sets another `remove_unused_base_images`: none or one. */
  readonly overrides: readonly string[];
  /** Whether `remove_unused_base_images` is off, so that Nova's cache manager removes nothing. */
  readonly keepsBaseFiles: boolean;
  /** Null where it is not set, or where it contains options that were not read. */
  readonly instancesPath: string | null;
  /** The name of the folder of base files: `_base` unless configured. */
  readonly subdirectory: string;
  /** `qcow2`, `flat`, `rbd`, `lvm` or `ploop`: what Nova makes of the configured value. */
  readonly imagesType: string;
  /** Whether Nova makes overlays where `images_type` has its default. */
  readonly usesCow: boolean;
  /** Whether Nova converts every image that it downloads to raw. */
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

/** Nova's settings. The order of the files follows from the command line of the process, or of the unit where none runs. */
export function novaSettings(nova: Nova, unit: NovaUnit | undefined): NovaSettings {
  const present = nova.files.map(({ path }) => path);
  const words = nova.running ?? commandWords(unit?.command ?? [], present);
  const { dropIn, files } = readingOrder(words, present, NOVA_PLACES);
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

/** Debian's unit starts an init script that passes these files (docs/facts.md#fact-17). The script is not run to ask it. */
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

/** `default` means qcow2, or raw copies where `use_cow_images` is off. `raw` is the old name of `flat`. */
function imagesType(files: readonly ConfigFile[]): string {
  const type = effectiveValue(files, [['libvirt', 'images_type']])?.value ?? 'default';
  if (type === 'raw') return 'flat';
  if (type !== 'default') return type;
  return isOn(files, 'use_cow_images') ? 'qcow2' : 'flat';
}

/** The value of an option that is on by default. */
function isOn(files: readonly ConfigFile[], option: string): boolean {
  return !isFalse(effectiveValue(files, [['DEFAULT', option]])?.value ?? 'true');
}
