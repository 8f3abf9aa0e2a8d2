/** What is read of a compute node. */
import { memoizeLast } from '../../core/memoize.ts';
import { baseFiles } from '../../facts/base-files.ts';
import type { Query } from '../../facts/fact.ts';
import { instanceDisks } from '../../facts/instance-disks.ts';
import { nova } from '../../facts/nova.ts';
import { novaContainer } from '../../facts/nova-container.ts';
import { novaUsers } from '../../facts/nova-users.ts';
import { openFiles } from '../../facts/open-files.ts';
import type { State } from '../../facts/state.ts';
import { virtualization } from '../../facts/virtualization.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { commonQueries, readCommon } from './common.ts';
import { sameFolder, within } from './folder.ts';
import type { NodeFolder } from './folder.ts';
import type { ComputeNode } from './node.ts';
import { containerSettings } from './nova-container.ts';
import { candidateUnits, findNovaService } from './nova-service.ts';
import { novaSettings } from './nova-settings.ts';

/** Nova's own name of the folder of base files, `[image_cache] subdirectory_name`. */
const BASE_FOLDER = '_base';

/**
 * Nova's folder of instances. Nova and QEMU are taken to see it under the host's path. Where a container has another one,
 * disks lead outside of the folder, and so they count as unreadable.
 */
function instancesOf({ settings }: Host): NodeFolder {
  return sameFolder(settings.nova.instances);
}

function ownQueries(computeHost: Host) {
  const { host, seen } = instancesOf(computeHost);
  return {
    users: novaUsers({}),
    nova: nova({ units: candidateUnits(computeHost.settings.nova.service) }),
    container: novaContainer({}),
    software: virtualization({}),
    base: baseFiles({ instances: host }),
    disks: instanceDisks({ instances: host }),
    open: openFiles({ folder: host, seen }),
  };
}

/** Everything that must be read of a compute node before anything can be decided. */
export function computeQueries(inventory: Inventory, host: Host): readonly Query[] {
  return [...Object.values(commonQueries(inventory)), ...Object.values(ownQueries(host))];
}

/** Nova's settings as they are now; undefined where they were not asked. */
export function novaOf({ host, answer }: ComputeNode) {
  return answer(ownQueries(host).nova);
}

/** A compute node's answers, with Nova's settings worked out. One state gives always the same object. */
export const readCompute = memoizeLast((state: State, inventory: Inventory, host: Host): ComputeNode => {
  const queries = ownQueries(host);
  const answer = state.read(queries.nova);
  const found = state.read(queries.container);
  const service = findNovaService(host.settings.nova.service, answer, found);
  const container = service.kind === 'container' || service.kind === 'none' ? found : null;
  const base = state.read(queries.base);
  const instances = instancesOf(host);
  const configured = within(instances, BASE_FOLDER);
  return {
    ...readCommon(state, inventory, host),
    users: state.read(queries.users),
    service,
    container,
    software: state.read(queries.software),
    settings:
      container === null
        ? novaSettings(answer, service.kind === 'unit' ? service.unit : undefined)
        : containerSettings(container),
    instances,
    baseFolder: { ...configured, host: base.real ?? configured.host },
    base,
    disks: state.read(queries.disks),
    open: state.read(queries.open),
  };
});
