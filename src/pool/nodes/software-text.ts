/** Says what runs the VMs of a compute node, for `plan --verbose`. */
import type { Installed } from '../../facts/virtualization.ts';
import type { ComputeNode } from './node.ts';

/** Two lines: the programs with their versions, and the settings of Nova that matter to the pool. */
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

function describe(program: string, installed: Installed | null, more = ''): string {
  if (installed === null) return `${program}: no package${more}`;
  return `${program} ${installed.version} (package ${installed.name}${more})`;
}
