import { fingerprint } from '../core/json.ts';
import type { Resource } from '../resources/desired-state.ts';
import type { Drift } from '../resources/resource.ts';
import type { Change } from './plan.ts';

/** A change that is planned, with what it will have changed and all that it rests on. */
export interface Planned {
  readonly change: Change;
  /** Keys of the answers that will be others. */
  readonly changes: ReadonlySet<string>;
  /** Ids of all changes that must be done before it, however far. */
  readonly before: ReadonlySet<string>;
}

/** The changes of one host in order: gives each its number, and finds out what it depends on. */
export interface Ledger {
  add(resource: Resource, drift: Drift, notifiedBy?: (change: Change) => boolean): Change;
  readonly all: readonly Planned[];
}

/** @param earlier the changes of the same host's earlier plays */
export function createLedger(host: string, earlier: readonly Planned[] = []): Ledger {
  const all = [...earlier];
  return {
    all,
    add: (resource, drift, notifiedBy = () => false) => {
      const inert = drift.action === 'blocked' || drift.action === 'deferred';
      const needed = inert
        ? []
        : all.filter((other) => notifiedBy(other.change) || feeds(other, resource, drift));
      const before = new Set(needed.flatMap((other) => [other.change.id, ...other.before]));
      const change = makeChange(`${host}:${all.length + 1}`, resource, drift, nearest(needed));
      all.push({ change, changes: new Set(drift.predicted.map(({ key }) => key)), before });
      return change;
    },
  };
}

/** Whether a change changes what this one was decided from, or brings its unit. */
function feeds({ change, changes }: Planned, { resource, params }: Resource, { before }: Drift): boolean {
  if (resource.queries(params).some(({ key }) => changes.has(key))) return true;
  const load = (before as { readonly load?: unknown } | null)?.load;
  return change.type === 'package' && resource.type === 'service' && load === 'not-found';
}

/** Without those that another of them depends on already. */
function nearest(needed: readonly Planned[]): readonly string[] {
  const implied = new Set(needed.flatMap(({ before }) => [...before]));
  return needed.map(({ change }) => change.id).filter((id) => !implied.has(id));
}

function makeChange(
  id: string,
  { task, resource, params, notify }: Resource,
  drift: Drift,
  dependsOn: readonly string[],
): Change {
  const { action, before, after, unknown, reason, risk, diff, remedy } = drift;
  const inert = action === 'blocked' || action === 'deferred';
  const label = resource.label(params);
  return {
    id,
    task,
    resource: `${resource.type} ${label}`,
    type: resource.type,
    label,
    params,
    notify: inert ? [] : notify,
    dependsOn,
    fingerprint: fingerprint(before),
    action,
    before,
    after,
    ...(unknown === undefined ? {} : { unknown }),
    reason,
    risk,
    ...(diff === undefined ? {} : { diff }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}
