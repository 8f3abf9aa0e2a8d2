import type { Installed } from '../../facts/virtualization.ts';
import type { ComputeNode } from './nodes.ts';

/** What VMs run on, and the settings of Nova's that count for the pool, as its files together come to: for people. */
export function describeSoftware({ software, container, settings, service }: ComputeNode): readonly string[] {
  const form = container === null ? '' : [container.runtime, container.unit].filter(Boolean).join(', ');
  const programs = [
    container === null
      ? describe('nova-compute', software.nova, service.kind === 'unit' ? `, ${service.unit.name}` : '')
      : `nova-compute in a container${form === '' ? '' : ` (${form})`}`,
    describe('libvirt', software.libvirt),
    describe('QEMU', software.qemu),
  ];
  return [
    programs.join('; '),
    [
      `images_type ${settings.imagesType}`,
      `use_cow_images ${settings.usesCow}`,
      `force_raw_images ${settings.forcesRaw}`,
      `instances_path ${settings.instancesPath ?? 'not set'}`,
      `base files in ${settings.subdirectory}`,
      `remove_unused_base_images ${!settings.keepsBaseFiles}`,
    ].join(', '),
  ];
}

function describe(what: string, installed: Installed | null, more = ''): string {
  if (installed === null) return `${what}: no package${more}`;
  return `${what} ${installed.version} (package ${installed.name}${more})`;
}
