/** Check: fastboot can stop and start nova-compute, or the operator does it rightly. */
import { KOLLA_NOVA_CONFIG_FILE } from '../../core/host-paths.ts';
import { KOLLA_UNIT } from '../../facts/nova-container.ts';
import type { Propagation } from '../../formats/mountinfo.ts';
import { mountUnit } from '../../formats/systemd.ts';
import { defineCheck } from '../check-framework/define.ts';
import { containerFolder, containerSettings } from '../nodes/nova-container.ts';

const LEAVE = 'take this host out of the group compute';
const NONE_HINT = 'or set nova.service: none, then fastboot mounts the pool and leaves nova-compute to you';

/** A container with nova-compute in it. */
type Container = {
  readonly running: boolean;
  /** The program that manages it, and its systemd unit; null where there is none. */
  readonly runtime: string | null;
  readonly unit: string | null;
};

/** The same, where it is known which folder of the host it uses. */
type FoundContainer = Container & {
  /** A folder of the host, and where the container sees it. */
  readonly source: string;
  readonly path: string;
  readonly propagation: Propagation;
  /** The folder of instances on the host. */
  readonly instances: string;
  readonly keepsBaseFiles: boolean;
};

export default defineCheck({
  name: 'nova-service',
  about:
    'nova-compute is a systemd service that fastboot can stop, configure and start. A container is left to the operator.',
  on: 'compute',
  findings: {
    masked: {
      severity: 'block',
      say: ({ unit }: { readonly unit: string }) => `${unit} is masked`,
      fix: ({ unit }: { readonly unit: string }) => `systemctl unmask ${unit}, ${NONE_HINT}`,
    },
    'not-found': {
      severity: 'block',
      say: ({ units }: { readonly units: readonly string[] }) => `there is no ${units.join(' or ')}`,
      fix: () => `install nova-compute, name its unit in nova.service, ${NONE_HINT}`,
    },
    'container-folder-unknown': {
      severity: 'block',
      say: (container: Container) =>
        `${describe(container)}; fastboot could not find out which folder of this host it keeps its instances in`,
      fix: ({ running }: Container) => `${running ? '' : 'start the container and run again, or '}${LEAVE}`,
    },
    container: {
      severity: 'block',
      say: (container: FoundContainer) => `${describe(container)}. ${describeFolder(container)}`,
      fix: (container: FoundContainer) => {
        const steps = stepsByHand(container).map((step, index) => `(${index + 1}) ${step}`);
        return `nothing was touched; do it by hand, in this order: ${steps.join('; ')}. Or ${LEAVE}`;
      },
    },
    'container-running': {
      severity: 'block',
      say: () =>
        'nova-compute runs in a container. The pool would hide what it downloads until the container is restarted',
      fix: ({ unit }: { readonly unit: string }) =>
        `stop it (${unit}), run again, restart nova_libvirt if that is there, and start it`,
    },
    'container-cleans': {
      severity: 'warning',
      say: () =>
        'the container of nova-compute does not have [image_cache] remove_unused_base_images = false: it may remove files of the pool that VMs of other nodes need',
      fix: () =>
        `set it in ${KOLLA_NOVA_CONFIG_FILE}, and in what that file is made from, and start the container again`,
    },
  },
  judge: ({ node: { service, container, base, settings } }, report) => {
    switch (service.kind) {
      case 'unit':
        return [];
      case 'masked':
        return [report('masked', { unit: service.unit })];
      case 'not-found':
        return [report('not-found', { units: service.units })];
      case 'container': {
        if (container === null) return [];
        const { running, runtime, unit } = container;
        const folder = containerFolder(container);
        if (folder === null) return [report('container-folder-unknown', { running, runtime, unit })];
        const { source, path, propagation } = folder.bind;
        return [
          report('container', {
            running,
            runtime,
            unit,
            source,
            path,
            propagation,
            instances: folder.instances,
            keepsBaseFiles: containerSettings(container).keepsBaseFiles,
          }),
        ];
      }
      case 'none': {
        if (container === null) return [];
        const hidesDownloads = container.running && (base.kind === 'folder' || base.kind === 'absent');
        return [
          ...(hidesDownloads ? [report('container-running', { unit: container.unit ?? KOLLA_UNIT })] : []),
          ...(settings.keepsBaseFiles ? [] : [report('container-cleans')]),
        ];
      }
    }
  },
});

function describe({ running, runtime, unit }: Container): string {
  const names = [runtime, unit].filter((word) => word !== null).join(', ');
  return `nova-compute ${running ? 'runs' : 'is'} in a container${names === '' ? '' : ` (${names})`}, which fastboot does not stop, configure or start`;
}

function describeFolder({ source, path, propagation, instances }: FoundContainer): string {
  const isSeen =
    propagation === 'private'
      ? 'a pool that is mounted there while the container runs is not seen in it'
      : 'a pool that is mounted there is seen in it at once';
  return `It sees ${source} of this host as ${path}, with ${propagation} propagation: ${isSeen}. The pool belongs in ${instances}/_base`;
}

/** Mount first, then start: the container's recursive bind brings in what was mounted before (docs/facts.md#fact-40). */
function stepsByHand({ runtime, unit, instances, keepsBaseFiles }: FoundContainer): readonly string[] {
  const stop = unit === null ? `${runtime ?? 'docker'} stop nova_compute` : `systemctl stop ${unit}`;
  const mount = mountUnit(`${instances}/_base`);
  return [
    "make sure that the pool's folder on the backend has the group of nova in the container (42436 in kolla): the ids of the host itself do not count",
    stop,
    ...(keepsBaseFiles
      ? []
      : [
          `set [image_cache] remove_unused_base_images = false in ${KOLLA_NOVA_CONFIG_FILE}, and in what that file is made from`,
        ]),
    `in the inventory set for this host nova.service: none and nova.instances: ${instances}, and run fastboot again: it mounts the pool unless VMs need files that are there`,
    ...(unit === null
      ? []
      : [`let ${unit} wait for the mount: systemctl edit ${unit}, [Unit] Wants=${mount} After=${mount}`]),
    'if libvirt runs in a container (nova_libvirt), migrate the VMs away unless your containers keep them running; then restart it',
    stop.replace(' stop ', ' start '),
  ];
}
