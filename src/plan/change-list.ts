/** The changes of one host in order. The list gives each change its number and finds what it depends on. */
import type { Resource } from '../resources/desired-state.ts';
import type { Drift } from '../resources/resource.ts';
import { isExecutable, makeChange } from './change.ts';
import type { Change } from './change.ts';

/** A change in the list, with what later changes need to know of it. */
export interface ListedChange {
  readonly change: Change;
  /** Keys of the queries whose answers this change changes. */
  readonly changedAnswers: ReadonlySet<string>;
  /** Ids of all changes that must be made before it, directly or not. */
  readonly prerequisites: ReadonlySet<string>;
}

export interface ChangeList {
  /** @param isNotifier whether an earlier change notifies this one, which is a handler's change then */
  add(resource: Resource, drift: Drift, isNotifier?: (change: Change) => boolean): Change;
  readonly all: readonly ListedChange[];
}

/** @param earlier the changes of the same host's earlier plays */
export function createChangeList(host: string, earlier: readonly ListedChange[]): ChangeList {
  const all = [...earlier];
  return {
    all,
    add: (resource, drift, isNotifier = () => false) => {
      const needed = isExecutable(drift.action)
        ? all.filter((other) => isNotifier(other.change) || isNeededBy(other, resource, drift))
        : [];
      const change = makeChange(`${host}:${all.length + 1}`, resource, drift, directOnes(needed));
      all.push({
        change,
        changedAnswers: new Set(drift.predicted.map(({ key }) => key)),
        prerequisites: new Set(needed.flatMap((other) => [other.change.id, ...other.prerequisites])),
      });
      return change;
    },
  };
}

/** Whether an earlier change changes what a drift was decided from, or installs the package of its service. */
function isNeededBy(
  { change, changedAnswers }: ListedChange,
  { resource, params }: Resource,
  { before }: Drift,
): boolean {
  if (resource.queries(params).some(({ key }) => changedAnswers.has(key))) return true;
  const load = (before as { readonly load?: unknown } | null)?.load;
  return change.type === 'package' && resource.type === 'service' && load === 'not-found';
}

/** The ids of these changes, without those that another of them requires already. */
function directOnes(needed: readonly ListedChange[]): readonly string[] {
  const implied = new Set(needed.flatMap(({ prerequisites }) => [...prerequisites]));
  return needed.map(({ change }) => change.id).filter((id) => !implied.has(id));
}
