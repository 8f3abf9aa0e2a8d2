import { STORE_LEDGER_FILE, STORE_LISTING_FILE } from '../../core/host-paths.ts';
import type { JsonObject } from '../../core/json.ts';
import { encodeOctal } from '../../formats/octal.ts';
import type { Mount } from '../../formats/mountinfo.ts';
import type { Controller } from '../nodes/nodes.ts';
import { gateMounts, otherName } from './gate.ts';
import { nfsSource } from '../../formats/address.ts';
import type { PoolVars } from './vars.ts';
import { mountUnit, unitWord } from '../../formats/systemd.ts';
import type { OwnStore } from '../decisions/store.ts';

/** The variable `glance` of a host that runs glance-api. */
export function glanceVars(
  { service, folder, store: found, host, user }: Controller,
  { address, images }: PoolVars,
  own: OwnStore | undefined,
  live: Mount | undefined,
): JsonObject {
  const store = found?.real ?? (folder.kind === 'folder' ? folder.path : host.settings.pool.images);
  const source = nfsSource(address, images);
  const files = own !== undefined && (own.node.store?.files.length ?? 0) > 0;
  return {
    source,
    unit: service.kind === 'unit' ? service.unit.name : null,
    store,
    mount_unit: mountUnit(store),
    aliases: otherName(source, live),
    // its files come to the pool first, and the mount may hide just those that the last copy has listed
    files,
    may_cover: files ? { listing: STORE_LISTING_FILE } : 'empty',
    ledger: STORE_LEDGER_FILE,
    listing: STORE_LISTING_FILE,
    owner: `${user?.uid ?? 0}:${user?.gid ?? 0}`,
    copy_limit: host.settings.nfs.copyLimit,
    // as /proc/self/mountinfo writes them, quoted for a unit file
    gate: { store: unitWord(encodeOctal(store)), mounts: gateMounts(source, live) },
  };
}
