/** Check: Nova keeps its instances where the inventory says, and base files in `_base` there. */
import { parentOf } from '../../core/path.ts';
import { defineCheck } from '../check-framework/define.ts';
import { containerFolder } from '../nodes/nova-container.ts';

type Folders = { readonly used: string; readonly configured: string };

export default defineCheck({
  name: 'instances-path',
  about:
    'Nova keeps its instances in the folder that nova.instances names, and its base files in _base there.',
  on: 'compute',
  findings: {
    'other-folder': {
      severity: 'block',
      say: ({ used, configured }: Folders) =>
        `nova keeps its instances in ${used}, not in ${configured}: a pool there would not be used`,
      fix: ({ used }: Folders) => `set nova.instances: ${used} for this host`,
    },
    'other-container-folder': {
      severity: 'block',
      say: ({ used, configured }: Folders) =>
        `the container of nova-compute keeps its instances in ${used} of this host, not in ${configured}: a pool there would not be used`,
      fix: ({ used }: Folders) => `set nova.instances: ${used} for this host`,
    },
    'other-base-folder': {
      severity: 'block',
      say: ({ name }: { readonly name: string }) =>
        `nova's [image_cache] subdirectory_name is ${name}, not _base: a pool in _base would not be used`,
      fix: () => 'remove that option from nova.conf',
    },
  },
  judge: ({ node }, report) => {
    const { settings, base, container, service, instances } = node;
    const configured = instances.host;
    const known = [instances.seen, base.real === null ? null : parentOf(base.real)];
    const used = settings.instancesPath;
    const found = service.kind === 'none' && container !== null ? containerFolder(container) : null;
    return [
      ...(container === null && used !== null && !known.includes(used)
        ? [report('other-folder', { used, configured })]
        : []),
      ...(settings.subdirectory === '_base'
        ? []
        : [report('other-base-folder', { name: settings.subdirectory })]),
      ...(found !== null && found.instances !== configured
        ? [report('other-container-folder', { used: found.instances, configured })]
        : []),
    ];
  },
});
