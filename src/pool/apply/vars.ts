/** The variables of `playbooks/site.yaml`. */
import type { JsonObject } from '../../core/json.ts';
import { findCronLinkers } from '../decisions/image-linkers.ts';
import type { Decisions } from '../decisions/pool-decisions.ts';
import { commonParent, linkSyncConfig } from '../decisions/link-sync-config.ts';
import { storageAddress } from '../nodes/node.ts';
import { systemVars } from '../nodes/system-vars.ts';
import type { PoolFacts } from '../pool-facts.ts';
import type { Admitted } from '../storage/storage.ts';
import { computeVars } from './compute-vars.ts';
import { glanceVars } from './glance-vars.ts';

/** Variables that are the same for every host. */
export interface PoolVars {
  readonly pool: JsonObject;
  /** `glance` on the backend: who may mount the images. */
  readonly glance: JsonObject;
}

/** Works out the variable `pool`. Pure. */
export function poolVars(
  { inventory, nodes: { backend }, storage }: PoolFacts,
  decisions: Decisions,
  admitted: Admitted,
): PoolVars {
  const { settings } = inventory;
  const { images, cache, mode } = settings.pool;
  const { schedule, interval } = settings.linkSync;
  const { gid, hold, adopted } = decisions;
  const [owner, openrc] = [decisions.owner.owner, decisions.openrc.file];
  const ofStorage = storage.backendVars(admitted);
  return {
    pool: {
      images,
      cache,
      mode,
      parent: commonParent(images, cache),
      link_sync_families: openrc === null ? 'AF_UNIX' : 'AF_UNIX AF_INET AF_INET6',
      address: storageAddress(inventory),
      source: storage.mountSpec('cache', backend.host).source,
      gid,
      owner,
      openrc,
      hold,
      adopted,
      link_sync_config: linkSyncConfig(settings, { owner, gid, openrc, hold, adopted }),
      schedule: schedule === 'auto' ? (backend.os.systemd ? 'systemd' : 'cron') : schedule,
      interval,
      cron_linkers: findCronLinkers(backend.linkers, cache),
      ...ofStorage.pool,
    },
    glance: ofStorage.glance,
  };
}

/** All variables of one host; only `pool` of a host that was not read. Pure. */
export function hostVars(name: string, facts: PoolFacts, decisions: Decisions, shared: PoolVars): JsonObject {
  const { backend, computes, controllers } = facts.nodes;
  const { pool, glance } = shared;
  if (name === backend.host.name) return { ...systemVars(backend), pool, glance };
  const compute = computes.find(({ host }) => host.name === name);
  const controller = controllers.find(({ host }) => host.name === name);
  const node = compute ?? controller;
  if (node === undefined) return { pool };
  const { options } = facts.storage.mountSpec('cache', node.host);
  return {
    ...systemVars(node),
    pool: { ...pool, mount_options: options },
    ...(compute === undefined ? {} : computeVars(compute, facts, decisions.copies)),
    ...(controller === undefined ? {} : { glance: glanceVars(controller, facts) }),
  };
}
