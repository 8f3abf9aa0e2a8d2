import type { JsonObject } from '../../core/json.ts';
import type { Query } from '../../facts/fact.ts';
import { mounts } from '../../facts/mounts.ts';
import { mountAt } from '../../formats/mountinfo.ts';
import type { State } from '../../facts/state.ts';
import { unit } from '../../facts/unit.ts';
import { baseNames, visible } from '../../facts/visible.ts';
import { isCompute } from '../../inventory/inventory.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { sameSource } from '../../formats/mount-options.ts';
import { poolQueries, readCompute } from './nodes.ts';

/** So many names show that the pool is there; looking up each takes the node one question to the server. */
const SAMPLE = 100;

/** The backend's answer: base files that every node with the pool must see. */
export function poolNames({ settings }: Inventory) {
  return baseNames({ path: settings.pool.cache, limit: SAMPLE });
}

export interface NodeHealthInput {
  readonly inventory: Inventory;
  readonly host: Host;
  /** The node as it was before the run changed anything, and as it was read back after its changes. */
  readonly before: State;
  readonly now: State;
  /** The node's variables. */
  readonly vars: JsonObject;
  /** The answer to `poolNames`. */
  readonly names: readonly string[];
}

/** What is not as it should be on a node. */
export interface Fault {
  readonly resource: string;
  readonly detail: string;
}

/** What to ask a changed node before others follow it, and what to make of the answers. */
export interface NodeHealth {
  readonly queries: readonly Query[];
  readonly fault: (after: State) => Fault | undefined;
}

/**
 * A changed node is well when the pool that was mounted is mounted still and its files are seen through the mount, and
 * when nova-compute is up if it was before. Undefined for a node of which the pool's facts were not read.
 */
export function nodeHealth({
  inventory,
  host,
  before,
  now,
  vars,
  names,
}: NodeHealthInput): NodeHealth | undefined {
  if (!isCompute(host)) return undefined;
  const known = poolQueries(inventory, host).every((query) => before.has(query)) && now.has(mounts({}));
  if (!known) return undefined;
  const { service, base } = readCompute(before, inventory, host);
  const path = base.real ?? `${host.settings.nova.instances}/_base`;
  const source = (vars['pool'] as JsonObject | undefined)?.['source'];
  const isMounted = (state: State): boolean => {
    const mount = mountAt(state.read(mounts({})), path);
    return mount !== undefined && typeof source === 'string' && sameSource(mount.source, source);
  };
  const seen = isMounted(now) ? visible({ path, names }) : undefined;
  const wasUp = service.kind === 'unit' && service.unit.active === 'active';
  const up = wasUp ? unit({ name: service.unit.name }) : undefined;
  return {
    queries: [...(seen === undefined ? [] : [mounts({}), seen]), ...(up === undefined ? [] : [up])],
    fault: (after) => {
      if (seen !== undefined) {
        if (!isMounted(after))
          return { resource: `mount ${path}`, detail: 'it was mounted, and is not any more' };
        const detail = notSeen(after.read(seen), names.length);
        if (detail !== undefined) return { resource: `mount ${path}`, detail };
      }
      const active = up === undefined ? 'active' : after.read(up).active;
      if (active === 'active' || active === 'reloading' || !wasUp) return undefined;
      return {
        resource: `service ${service.unit.name}`,
        detail: `it was active before, and is ${active} now`,
      };
    },
  };
}

function notSeen(
  { answered, missing }: { readonly answered: boolean; readonly missing: readonly string[] },
  asked: number,
): string | undefined {
  if (!answered) return 'it is mounted, but its files could not be looked at within 20 s';
  const [first] = missing;
  if (first === undefined) return undefined;
  return `${missing.length} of ${asked} base files of the pool are not seen there; the first is ${first}`;
}
