/** The variables of `playbooks/remove.yaml`. */
import type { JsonObject } from '../../core/json.ts';
import { content } from '../../facts/content.ts';
import type { Query } from '../../facts/fact.ts';
import { novaOf } from '../nodes/compute.ts';
import type { ComputeNode } from '../nodes/node.ts';
import { systemVars } from '../nodes/system-vars.ts';
import type { DepartingNode } from './departing-node.ts';
import { backupFiles, originalSettings } from './original-nova-settings.ts';

/** Asks for nova's files as they were before fastboot first changed them. */
export function backupQueries(node: ComputeNode): readonly Query[] {
  const nova = novaOf(node);
  return nova === undefined ? [] : backupFiles(nova, node.settings.dropIn).map((path) => content({ path }));
}

/** The variables of one departing node. */
export function departingVars({ node, mount, live, needs }: DepartingNode): JsonObject {
  const { service, settings, users, instances, baseFolder, disks } = node;
  const nova = novaOf(node);
  const unit = service.kind === 'unit' ? service.unit : undefined;
  const original =
    nova && originalSettings(nova, unit, settings, (path) => node.answer(content({ path })) ?? null);
  const [uid, gid] = [users.nova?.uid ?? 0, users.nova?.gid ?? 0];
  const bases = needs?.bases ?? [];
  const copied = bases.filter(({ decision }) => decision.kind === 'copy');
  const shown = bases.filter(({ decision }) => decision.kind === 'there' || decision.kind === 'copy');
  return {
    ...systemVars(node),
    pool: {
      source: live?.source ?? mount.source,
      type: live?.type ?? mount.type,
      mount_options: mount.options,
    },
    nova: {
      unit: unit?.name ?? null,
      uid,
      gid,
      instances: instances.host,
      base: baseFolder.host,
      drop_in: settings.dropIn,
    },
    removal: {
      bases: copied.map(({ name, size }) => ({ name, size })),
      require_after_unmount: {
        instances: disks.real ?? instances.host,
        known: bases.map(({ name }) => name),
        shown: shown.map(({ name }) => name),
        owner: `${uid}:${gid}`,
      },
      settings: original?.files ?? [],
      restarts: original !== undefined && original.keepsBaseFiles !== settings.keepsBaseFiles,
    },
  };
}
