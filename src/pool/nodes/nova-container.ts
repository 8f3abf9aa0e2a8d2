import { KOLLA_NOVA_CONFIG_FILE, NOVA_INSTANCES_FOLDER } from '../../core/host-paths.ts';
import { isBelow } from '../../core/path.ts';
import { KOLLA_UNIT } from '../../facts/nova-container.ts';
import type { Bind, NovaContainer } from '../../facts/nova-container.ts';
import type { Finding } from '../../core/finding.ts';
import { reporters } from '../checks/check.ts';
import type { ComputeNode } from './nodes.ts';
import { novaSettings } from './nova-settings.ts';
import type { NovaSettings } from './nova-settings.ts';
import { mountUnit } from '../../formats/systemd.ts';

/** Nova's settings by the one file that kolla hands to the container. */
export function containerSettings({ files }: NovaContainer): NovaSettings {
  return novaSettings({ units: [], running: ['--config-file', KOLLA_NOVA_CONFIG_FILE], files }, undefined);
}

/** Where on the host the container's folder of instances is; null where the container keeps it to itself. */
interface Place {
  readonly bind: Bind;
  readonly instances: string;
}

function placeOf(container: NovaContainer): Place | null {
  const wanted = containerSettings(container).instancesPath ?? NOVA_INSTANCES_FOLDER;
  const bind = container.binds
    .filter(({ path }) => isBelow(wanted, path))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (bind === undefined) return null;
  const rest = wanted.slice(bind.path === '/' ? 0 : bind.path.length);
  return { bind, instances: `${bind.source === '/' ? '' : bind.source}${rest}` };
}

const LEAVE = 'take this host out of the group compute';

/** Why a nova-compute in a container is refused, with all that was found, and the steps for doing it by hand. */
export function containerRefusal(container: NovaContainer): { finding: string; remedy: string } {
  const { running, runtime, unit } = container;
  const what = [runtime, unit].filter((word) => word !== null).join(', ');
  const subject = `nova-compute ${running ? 'runs' : 'lives'} in a container${what === '' ? '' : ` (${what})`}, which fastboot does not stop, configure or start`;
  const place = placeOf(container);
  if (place === null) {
    return {
      finding: `${subject}; which folder of this host it keeps its instances in could not be found`,
      remedy: `${running ? '' : 'start the container and run again, or '}${LEAVE}`,
    };
  }
  return {
    finding: `${subject}. ${seenAs(place)}`,
    remedy: `nothing was touched; by hand, in this order: ${steps(container, place)
      .map((step, index) => `(${index + 1}) ${step}`)
      .join('; ')}. Or ${LEAVE}`,
  };
}

function seenAs({ bind, instances }: Place): string {
  const says: Record<Bind['propagation'], string> = {
    private: 'a pool that is mounted there while the container runs is not seen in it',
    slave: 'a pool that is mounted there is seen in it at once',
    shared: 'a pool that is mounted there is seen in it at once',
  };
  return `It sees ${bind.source} of this host as ${bind.path}, with ${bind.propagation} propagation: ${says[bind.propagation]}. The pool's place is ${instances}/_base`;
}

/** Mount first, then start: what is mounted before the start is carried in by the recursive bind (Q10). */
function steps(container: NovaContainer, { instances }: Place): readonly string[] {
  const stop =
    container.unit === null
      ? `${container.runtime ?? 'docker'} stop nova_compute`
      : `systemctl stop ${container.unit}`;
  const unit = mountUnit(`${instances}/_base`);
  return [
    `see that the pool's folder on the backend has the group of nova in the container (42436 in kolla): the host's own ids do not count`,
    stop,
    ...(containerSettings(container).keepsBaseFiles
      ? []
      : [
          `set [image_cache] remove_unused_base_images = false in ${KOLLA_NOVA_CONFIG_FILE}, and where that is made from`,
        ]),
    `in the inventory set for this host nova.service: none and nova.instances: ${instances}, and run fastboot again: it mounts the pool unless VMs need files that are there`,
    ...(container.unit === null
      ? []
      : [
          `let ${container.unit} wait for the mount: systemctl edit ${container.unit}, [Unit] Wants=${unit} After=${unit}`,
        ]),
    'if libvirt is in a container too (nova_libvirt), restart that as well, because QEMU sees what it sees: migrate the VMs away before, unless yours keeps them running',
    stop.replace(' stop ', ' start '),
  ];
}

/** With `nova.service: none` the operator looks after the container; what would hurt VMs is found all the same. */
export function containerChecks({
  host,
  service,
  container,
  base,
  settings,
}: ComputeNode): readonly Finding[] {
  if (service.kind !== 'none' || container === null) return [];
  const report = reporters(host.name);
  const place = placeOf(container);
  const own = host.settings.nova.instances;
  const wrong =
    place !== null && place.instances !== own
      ? [
          report.block(
            'instances-path',
            `nova-compute's container keeps its instances in ${place.instances} of this host, not in ${own}: a pool there would not be used`,
            `set nova.instances: ${place.instances} for this host`,
          ),
        ]
      : [];
  const running =
    container.running && (base.kind === 'folder' || base.kind === 'absent')
      ? [
          report.block(
            'nova-service',
            'nova-compute runs in a container: what it downloads until it is started again would be hidden by the pool then',
            `stop it (${container.unit ?? KOLLA_UNIT}), run again, restart nova_libvirt if that is there, and start it`,
          ),
        ]
      : [];
  const cleans = settings.keepsBaseFiles
    ? []
    : [
        report.warning(
          'nova-service',
          `nova-compute's container does not have [image_cache] remove_unused_base_images = false: it may remove files of the pool that other nodes' VMs need`,
          `set it in ${KOLLA_NOVA_CONFIG_FILE}, and where that is made from, and start the container again`,
        ),
      ];
  return [...wrong, ...running, ...cleans];
}
