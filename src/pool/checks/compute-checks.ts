import { parentOf } from '../../core/path.ts';
import { NOVA_INSTANCES_FOLDER } from '../../core/host-paths.ts';
import type { Finding } from '../../core/finding.ts';
import { canonicalAddress, isLoopback, isNumeric } from '../../formats/address.ts';
import { reporters } from './check.ts';
import { commonChecks, kernelCheck } from './host-checks.ts';
import { NFS_PORT } from '../nodes/nodes.ts';
import type { Client, ComputeNode } from '../nodes/nodes.ts';
import { containerChecks, containerRefusal } from '../nodes/nova-container.ts';

/** What the checks of a host that mounts from the backend need besides its own facts. */
export interface ClientContext {
  /** The backend's, as the inventory has it. */
  readonly storageAddress: string;
  /** Whether the NFS server runs already; only then does a refused connection mean anything. */
  readonly serverRuns: boolean;
  readonly offset: number | undefined;
  /** What the export will name; null where it cannot be known. */
  readonly exportAddress: string | null;
  /** Another host with the same export address. */
  readonly twin: string | undefined;
}

/** The environment checks of a compute node that need no decision over all hosts. */
export function computeChecks(compute: ComputeNode, context: ClientContext): readonly Finding[] {
  return [
    ...novaChecks(compute),
    ...containerChecks(compute),
    ...kernelCheck(compute, 'client'),
    ...storageChecks(compute, context),
    ...exportAddressChecks(compute, context),
    ...baseChecks(compute),
    ...settingChecks(compute),
    ...portChecks(compute, context),
    ...commonChecks(compute, context.offset),
    ...accessChecks(compute),
  ];
}

/** Those of any host that mounts something from the backend. */
export function clientChecks(client: Client, context: ClientContext): readonly Finding[] {
  return [
    ...kernelCheck(client, 'client'),
    ...storageChecks(client, context),
    ...exportAddressChecks(client, context),
    ...portChecks(client, context),
    ...commonChecks(client, context.offset),
  ];
}

function novaChecks({ host, users, service, container }: ComputeNode): readonly Finding[] {
  const report = reporters(host.name);
  if (service.kind === 'none') return [];
  if (service.kind === 'container' && container !== null) {
    const { finding, remedy } = containerRefusal(container);
    return [report.block('nova-service', finding, remedy)];
  }
  const user =
    users.nova === null
      ? [
          report.block(
            'nova-user',
            'there is no user nova',
            'install nova-compute first, take this host out of the group compute, or set nova.service: none',
          ),
        ]
      : [];
  return service.kind === 'missing'
    ? [...user, report.block('nova-service', service.finding, service.remedy)]
    : user;
}

function storageChecks({ host, route }: Client, { storageAddress }: ClientContext): readonly Finding[] {
  const report = reporters(host.name);
  const remedy = "set the backend's storage_address to its address on the storage network";
  if (route.address === null) {
    const hint = `add ${storageAddress} to /etc/hosts or DNS on this host, or ${remedy}`;
    return isNumeric(storageAddress)
      ? []
      : [report.warning('names', `the backend's name ${storageAddress} does not resolve`, hint)];
  }
  if (isLoopback(route.address)) {
    return [
      report.block(
        'storage-address',
        `the backend's storage address ${storageAddress} is ${route.address} here: this host would mount from itself`,
        remedy,
      ),
    ];
  }
  if (route.local) {
    return [
      report.block(
        'storage-address',
        `the backend's storage address ${route.address} is an address of this host itself`,
        remedy,
      ),
    ];
  }
  return route.source === null
    ? [
        report.warning(
          'storage-address',
          `there is no route to the backend's storage address ${route.address}`,
          `${remedy}, and look at: ip route get ${route.address}`,
        ),
      ]
    : [];
}

function exportAddressChecks(
  { host, route }: Client,
  { exportAddress, twin }: ClientContext,
): readonly Finding[] {
  const report = reporters(host.name);
  const remedy = `set storage_address of ${host.name} to its own address on the storage network`;
  if (exportAddress === null) {
    const why =
      host.storageAddress === undefined
        ? 'its source address towards the backend is not known'
        : `the backend cannot resolve its storage address ${host.storageAddress}`;
    return [report.block('export-address', `${why}, so nothing can be exported to it`, remedy)];
  }
  if (twin !== undefined) {
    return [
      report.block(
        'export-address',
        `${twin} has the same address on the storage network, ${exportAddress}`,
        remedy,
      ),
    ];
  }
  const source = route.source === null ? exportAddress : canonicalAddress(route.source);
  return source === exportAddress
    ? []
    : [
        report.warning(
          'export-address',
          `the export will name ${exportAddress}, but this host reaches the backend as ${source}`,
          `${remedy}, or leave it out`,
        ),
      ];
}

/** Instances that nodes share by NFS share their `_base` too: then it is no node's own, and there is nothing to gain. */
function baseChecks({ host, base }: ComputeNode): readonly Finding[] {
  if (base.kind !== 'far') return [];
  const { instances } = host.settings.nova;
  return [
    reporters(host.name).block(
      'base-files',
      `${instances} is on a network mount: nodes that share it have one _base between them, and a pool mounted there would hide it from all`,
      `nothing was looked at or touched; put ${instances} on the node's own disks, or take this host out of the group compute`,
    ),
  ];
}

function settingChecks({ host, settings, base, container }: ComputeNode): readonly Finding[] {
  const report = reporters(host.name);
  const { instances } = host.settings.nova;
  const places = [instances, base.real === null ? null : parentOf(base.real)];
  const path =
    container === null && settings.instancesPath !== null && !places.includes(settings.instancesPath)
      ? [
          report.block(
            'instances-path',
            `nova keeps its instances in ${settings.instancesPath}, not in ${instances}: a pool there would not be used`,
            `set nova.instances: ${settings.instancesPath} for this host`,
          ),
        ]
      : [];
  const folder =
    settings.subdirectory !== '_base'
      ? [
          report.block(
            'instances-path',
            `nova's [image_cache] subdirectory_name is ${settings.subdirectory}, not _base: a pool in _base would not be used`,
            'remove that option from nova.conf',
          ),
        ]
      : [];
  return [...path, ...folder, ...imagesTypeChecks(host.name, settings)];
}

/** Fact 9: the flat backend copies what it finds, without the check that the qcow2 backend makes. */
function imagesTypeChecks(host: string, { imagesType }: ComputeNode['settings']): readonly Finding[] {
  const report = reporters(host);
  const remedy =
    'leave [libvirt] images_type at its default, qcow2 overlays, where VMs shall boot from the pool; or take this host out of the group compute';
  switch (imagesType) {
    case 'qcow2':
      return [];
    case 'flat':
      return [
        report.warning(
          'images-type',
          'nova makes raw copies (images_type=raw or use_cow_images=false): a boot still copies the whole image, and nova does not check it',
          remedy,
        ),
      ];
    default:
      return [
        report.block(
          'images-type',
          `nova's images_type is ${imagesType}: its disks do not use _base, so the pool is of no use on this node`,
          remedy,
        ),
      ];
  }
}

function portChecks(
  { host, reach }: Client,
  { storageAddress, serverRuns }: ClientContext,
): readonly Finding[] {
  const report = reporters(host.name);
  const port = `port ${NFS_PORT} of ${storageAddress}`;
  const remedy = `let TCP port ${NFS_PORT} through from this host to the backend: firewalls, routes, security groups`;
  switch (reach) {
    case 'open':
    case 'unresolved':
      return [];
    case 'refused':
      return serverRuns
        ? [report.warning('nfs-port', `${port} refuses connections although the NFS server runs`, remedy)]
        : [];
    case 'timeout':
      return [report.warning('nfs-port', `${port} did not answer within 3 s`, remedy)];
    case 'unreachable':
      return [
        report.warning('nfs-port', `${port} cannot be reached: no route, or a firewall rejects it`, remedy),
      ];
    case 'unknown':
      return [report.unknown('nfs-port', `${port} could not be tried: no bash, python3 or nc here`, remedy)];
  }
}

/** Debian's AppArmor profile of virt-aa-helper knows the default folder only. */
function accessChecks({ host, access }: ComputeNode): readonly Finding[] {
  const report = reporters(host.name);
  const selinux =
    access.selinux === 'enforcing' && access.virtUseNfs !== true
      ? [
          report.warning(
            'access-control',
            'SELinux is enforcing and virt_use_nfs is off: VMs could not read their base files',
            'setsebool -P virt_use_nfs on',
          ),
        ]
      : [];
  const { instances } = host.settings.nova;
  const apparmor =
    access.apparmor && instances !== NOVA_INSTANCES_FOLDER
      ? [
          report.warning(
            'access-control',
            `AppArmor is on, and its profile of libvirt does not know ${instances}`,
            `allow ${instances}/_base/* r in /etc/apparmor.d/local/usr.lib.libvirt.virt-aa-helper`,
          ),
        ]
      : [];
  return [...selinux, ...apparmor];
}
