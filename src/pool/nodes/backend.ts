/** What is read of the backend. */
import { LINK_SYNC_CONFIG_FILE } from '../../core/host-paths.ts';
import { memoizeLast } from '../../core/memoize.ts';
import { content } from '../../facts/content.ts';
import type { Query } from '../../facts/fact.ts';
import { imageLinkers } from '../../facts/image-linkers.ts';
import { path } from '../../facts/path.ts';
import { folderLocation } from '../../facts/folder-location.ts';
import { resolved } from '../../facts/route.ts';
import type { State } from '../../facts/state.ts';
import { isNumeric } from '../../formats/address.ts';
import { clientHosts } from '../../inventory/inventory.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { commonQueries, readCommon } from './common.ts';
import type { Backend } from './node.ts';
import { poolFileQueries, readPoolFiles } from './pool-files.ts';

/** Where the installers of OpenStack leave the credentials of an administrator. */
export const OPENRC_CANDIDATES = ['/root/admin-openrc', '/root/keystonerc_admin'];

function ownQueries({ settings }: Inventory) {
  return {
    images: folderLocation({ path: settings.pool.images }),
    cache: folderLocation({ path: settings.pool.cache }),
    linkSyncConfig: content({ path: LINK_SYNC_CONFIG_FILE }),
    linkers: imageLinkers({ cache: settings.pool.cache }),
    ...poolFileQueries(settings),
  };
}

/** Everything that must be read of the backend before anything can be decided. */
export function backendQueries(inventory: Inventory): readonly Query[] {
  const { openrc } = inventory.settings.linkSync;
  const openrcFiles = openrc === null ? [] : openrc === 'auto' ? OPENRC_CANDIDATES : [openrc];
  const names = clientHosts(inventory).flatMap(({ storageAddress: address }) =>
    address === undefined || isNumeric(address) ? [] : [address],
  );
  return [
    ...Object.values(commonQueries(inventory)),
    ...Object.values(ownQueries(inventory)),
    ...names.map((name) => resolved({ name })),
    ...openrcFiles.map((file) => path({ path: file })),
  ];
}

/** The backend's answers. One state gives always the same object: every host that is read again asks for it. */
export const readBackend = memoizeLast((state: State, inventory: Inventory): Backend => {
  const queries = ownQueries(inventory);
  return {
    ...readCommon(state, inventory, inventory.backend),
    images: state.read(queries.images),
    cache: state.read(queries.cache),
    linkSyncConfig: state.read(queries.linkSyncConfig),
    openrc: (file) => state.read(path({ path: file })),
    resolve: (name) => state.read(resolved({ name })),
    poolFiles: readPoolFiles(inventory.settings, state),
    imageFiles: state.read(queries.imageFiles),
    cacheFiles: state.read(queries.cacheFiles),
    linkers: state.read(queries.linkers),
  };
});
