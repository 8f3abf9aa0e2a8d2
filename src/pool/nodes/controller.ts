/** What is read of a host with glance-api. */
import { STORE_LEDGER_FILE } from '../../core/host-paths.ts';
import { memoizeLast } from '../../core/memoize.ts';
import { user } from '../../facts/account.ts';
import { content } from '../../facts/content.ts';
import type { Query } from '../../facts/fact.ts';
import { glance } from '../../facts/glance.ts';
import type { State } from '../../facts/state.ts';
import { storeFiles } from '../../facts/glance-store-files.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { commonQueries, readCommon } from './common.ts';
import { findGlanceService, glanceUnits } from './glance-service.ts';
import { glanceStore } from './glance-settings.ts';
import type { Controller } from './node.ts';

function ownQueries({ settings }: Host) {
  return {
    user: user({ name: 'glance' }),
    glance: glance({ units: glanceUnits(settings.glance.service) }),
    ledger: content({ path: STORE_LEDGER_FILE }),
  };
}

/** Everything that must be read of a controller before anything can be decided. */
export function controllerQueries(inventory: Inventory, host: Host): readonly Query[] {
  return [...Object.values(commonQueries(inventory)), ...Object.values(ownQueries(host))];
}

/** A controller's answers, with Glance's settings worked out. One state gives always the same object. */
export const readController = memoizeLast((state: State, inventory: Inventory, host: Host): Controller => {
  const queries = ownQueries(host);
  const { service: wanted, store } = host.settings.glance;
  const found = state.read(queries.glance);
  const service = findGlanceService(wanted, found);
  const folder = glanceStore(store, found, service.kind === 'unit' ? service.unit : undefined);
  const storeQuery = folder.kind === 'folder' ? storeFiles({ path: folder.path }) : null;
  const common = readCommon(state, inventory, host);
  return {
    ...common,
    user: state.read(queries.user),
    service,
    folder,
    store: storeQuery === null ? undefined : common.answer(storeQuery),
    storeQuery,
    moved: new Set((state.read(queries.ledger) ?? '').split('\n')),
  };
});
