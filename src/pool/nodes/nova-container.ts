/** nova-compute in a container: its settings, and where on the host its folder of instances is. */
import { KOLLA_NOVA_CONFIG_FILE, NOVA_INSTANCES_FOLDER } from '../../core/host-paths.ts';
import { isBelow } from '../../core/path.ts';
import type { Bind, NovaContainer } from '../../facts/nova-container.ts';
import { novaSettings } from './nova-settings.ts';
import type { NovaSettings } from './nova-settings.ts';

/** Nova's settings by the one file that kolla gives to the container. */
export function containerSettings({ files }: NovaContainer): NovaSettings {
  return novaSettings({ units: [], running: ['--config-file', KOLLA_NOVA_CONFIG_FILE], files }, undefined);
}

/** Where on the host a container's folder of instances is. */
export interface ContainerFolder {
  /** The folder of the host that the container sees it through. */
  readonly bind: Bind;
  /** The path on the host. */
  readonly instances: string;
}

/** The folder of instances on the host; null where the container has it in itself, or where that cannot be known. */
export function containerFolder(container: NovaContainer): ContainerFolder | null {
  const wanted = containerSettings(container).instancesPath ?? NOVA_INSTANCES_FOLDER;
  const [bind] = container.binds
    .filter(({ path }) => isBelow(wanted, path))
    .sort((a, b) => b.path.length - a.path.length);
  if (bind === undefined) return null;
  const rest = wanted.slice(bind.path === '/' ? 0 : bind.path.length);
  return { bind, instances: `${bind.source === '/' ? '' : bind.source}${rest}` };
}
