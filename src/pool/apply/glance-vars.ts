/** The variables of a host that runs glance-api. */
import { STORE_LEDGER_FILE, STORE_LISTING_FILE } from '../../core/host-paths.ts';
import type { JsonObject } from '../../core/json.ts';
import { encodeOctal } from '../../formats/octal.ts';
import { mountUnit, unitWord } from '../../formats/systemd.ts';
import type { Controller } from '../nodes/node.ts';
import type { PoolFacts } from '../pool-facts.ts';
import { gateMounts, otherName } from './gate.ts';

/** The variable `glance`. Pure. */
export function glanceVars(node: Controller, { storage, stores }: PoolFacts): JsonObject {
  const { service, folder, store: found, host, user } = node;
  const store = found?.real ?? (folder.kind === 'folder' ? folder.path : host.settings.pool.images);
  const mount = storage.mountSpec('images', host);
  const live = found === undefined ? undefined : storage.liveMount('images', node, found.real);
  const hasFiles = (stores.get(host.name)?.node.store?.files.length ?? 0) > 0;
  return {
    source: mount.source,
    unit: service.kind === 'unit' ? service.unit.name : null,
    store,
    mount_unit: mountUnit(store),
    aliases: otherName(mount, live),
    // the files are copied to the pool first, and the mount may cover only what the last copy has listed
    files: hasFiles,
    may_cover: hasFiles ? { listing: STORE_LISTING_FILE } : 'empty',
    ledger: STORE_LEDGER_FILE,
    listing: STORE_LISTING_FILE,
    owner: `${user?.uid ?? 0}:${user?.gid ?? 0}`,
    copy_limit: host.settings.nfs.copyLimit,
    // as /proc/self/mountinfo writes them, quoted for a unit file
    gate: { store: unitWord(encodeOctal(store)), mounts: gateMounts(mount, live) },
  };
}
