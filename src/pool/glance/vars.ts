import type { Json, JsonObject } from '../../core/json.ts';
import { encodeOctal } from '../../facts/mounts.ts';
import type { Mount } from '../../facts/mounts.ts';
import type { Controller } from '../hosts.ts';
import { gateMounts, otherName } from '../gate.ts';
import { nfsSource } from '../address.ts';
import type { PoolVars } from '../vars.ts';
import { mountUnit, unitWord } from '../systemd.ts';
import { isMoved } from './store.ts';
import type { OwnStore } from './store.ts';

/** The variable `glance` of a host that runs glance-api. */
export function glanceVars(
  { service, folder, store: found, host }: Controller,
  { address, images }: PoolVars,
  own: OwnStore | undefined,
  live: Mount | undefined,
): JsonObject {
  const store = found?.real ?? (folder.kind === 'folder' ? folder.path : host.settings.pool.images);
  const source = nfsSource(address, images);
  return {
    source,
    unit: service.kind === 'unit' ? service.unit.name : null,
    store,
    mount_unit: mountUnit(store),
    also: otherName(source, live),
    over: own === undefined ? 'empty' : hideable(own),
    // as /proc/self/mountinfo writes them, quoted for a unit file
    gate: { store: unitWord(encodeOctal(store)), mounts: gateMounts(source, live) },
  };
}

/**
 * What the pool may be mounted over: nothing, or just the files that were proved to be in it. That root sees the same
 * beyond the mount is not asked for: for the server it is nobody, who may not read what Glance has just written.
 */
function hideable(own: OwnStore): Json {
  const files = own.node.store?.files ?? [];
  if (files.length === 0 || !isMoved(own)) return 'empty';
  return files.map(({ name, size, mtime, inode }) => ({ name, size, mtime, inode, same: false }));
}
