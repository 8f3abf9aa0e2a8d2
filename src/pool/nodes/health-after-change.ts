/** What to look at on a changed node before other nodes follow it. */
import type { JsonObject } from '../../core/json.ts';
import type { Query } from '../../facts/fact.ts';
import { mounts } from '../../facts/mounts.ts';
import { mountAt } from '../../formats/mountinfo.ts';
import type { State } from '../../facts/state.ts';
import { unit } from '../../facts/unit.ts';
import { baseNames, filesOnMount } from '../../facts/files-on-mount.ts';
import { isCompute } from '../../inventory/inventory.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { sameSource } from '../../formats/mount-options.ts';
import { computeQueries, readCompute } from './compute.ts';

/** So many names show that the pool is there. Each costs the node one question to the server. */
const MAX_NAMES_LOOKED_UP = 100;

/** Asks the backend for base files that every node with the pool must see. */
export function poolNames({ settings }: Inventory) {
  return baseNames({ path: settings.pool.cache, limit: MAX_NAMES_LOOKED_UP });
}

export interface NodeHealthInput {
  readonly inventory: Inventory;
  readonly host: Host;
  /** The node before the run changed anything, and as it was read after its changes. */
  readonly before: State;
  readonly now: State;
  /** The node's variables. */
  readonly vars: JsonObject;
  /** The answer to `poolNames`. */
  readonly names: readonly string[];
}

/** What is wrong on a node. */
export interface Fault {
  readonly resource: string;
  readonly detail: string;
}

/** What to read of a changed node, and how to judge the answers. */
export interface NodeHealth {
  readonly queries: readonly Query[];
  readonly fault: (after: State) => Fault | undefined;
}

/**
 * A changed node is healthy when two things hold. The pool that was mounted is still mounted, and its files are seen
 * through the mount. nova-compute is active if it was active before. Undefined for a host whose facts about the pool were
 * not read.
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
  const known = computeQueries(inventory, host).every((query) => before.has(query)) && now.has(mounts({}));
  if (!known) return undefined;
  const { service, baseFolder } = readCompute(before, inventory, host);
  const path = baseFolder.host;
  const source = (vars['pool'] as JsonObject | undefined)?.['source'];
  const isMounted = (state: State): boolean => {
    const mount = mountAt(state.read(mounts({})), path);
    return mount !== undefined && typeof source === 'string' && sameSource(mount.source, source);
  };
  const seen = isMounted(now) ? filesOnMount({ path, names }) : undefined;
  const wasUp = service.kind === 'unit' && service.unit.active === 'active';
  const up = wasUp ? unit({ name: service.unit.name }) : undefined;
  return {
    queries: [...(seen === undefined ? [] : [mounts({}), seen]), ...(up === undefined ? [] : [up])],
    fault: (after) => {
      if (seen !== undefined) {
        if (!isMounted(after))
          return { resource: `mount ${path}`, detail: 'it was mounted before, and is not mounted now' };
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
  if (!answered) return 'it is mounted, but looking at its files timed out after 20 s';
  const [first] = missing;
  if (first === undefined) return undefined;
  return `${missing.length} of ${asked} base files of the pool are missing there; the first is ${first}`;
}
