/** Plans one host: the changes from what it has to what it should have. */
import type { Finding } from '../core/finding.ts';
import type { State } from '../facts/state.ts';
import type { DesiredState, Handler, Resource, ResourceGroup } from '../resources/desired-state.ts';
import { blockingChange } from './change.ts';
import type { Change } from './change.ts';
import { createChangeList } from './change-list.ts';
import type { ChangeList, ListedChange } from './change-list.ts';
import type { HostPlan } from './plan.ts';
import { makeUnit } from './unit.ts';
import type { Unit } from './unit.ts';

/** What `buildHostPlan` needs to know of one host. */
export interface HostInput {
  readonly host: string;
  readonly desired: DesiredState;
  readonly state: State;
  /** Handlers that an earlier run left pending. */
  readonly pending: readonly string[];
  /** Findings that keep this host from being changed. */
  readonly blocks: readonly Finding[];
  /** The changes of earlier plays on this host. */
  readonly earlier?: readonly ListedChange[];
}

/** A host's plan, and the host's state once the plan is applied. */
export interface BuiltPlan {
  readonly plan: HostPlan;
  readonly state: State;
  /** All changes so far, also those of earlier plays. */
  readonly changes: readonly ListedChange[];
}

/**
 * Plans one host. Pure.
 *
 * Each change predicts the state after it, and the next resource is compared with that state. So a later task knows what
 * an earlier one will have installed or written. A host with a blocked change gets its blocked changes only: nothing else
 * is done there.
 */
export function buildHostPlan({ host, desired, state, pending, blocks, earlier = [] }: HostInput): BuiltPlan {
  const list = createChangeList(host, earlier);
  const groups = groupUnits(desired, state, pending, list);
  const handlers = handlerUnits(desired.handlers, groups, list, earlier.length);
  const units = settledByLast([...groups.units, ...handlers.units], handlers.idle);
  const blocked = blockedChanges(host, units, blocks);
  if (blocked.length > 0) {
    const unit: Unit = { stopDuring: null, changes: blocked, settles: [] };
    return { plan: { host, units: [unit] }, state, changes: earlier };
  }
  return { plan: { host, units }, state: groups.state, changes: list.all };
}

/** The units of a play's groups, the state after them, and the handlers that are pending then. */
interface GroupUnits {
  readonly units: readonly Unit[];
  readonly state: State;
  readonly pending: ReadonlySet<string>;
}

function groupUnits(
  { groups, handlers }: DesiredState,
  before: State,
  pendingBefore: readonly string[],
  list: ChangeList,
): GroupUnits {
  const enabled = new Set(handlers.filter((handler) => handler.enabled).map(({ task }) => task));
  const pending = new Set(pendingBefore);
  const units: Unit[] = [];
  let state = before;
  for (const group of groups) {
    const made = groupChanges(group, state, enabled, list);
    state = made.state;
    if (made.changes.length === 0) continue;
    const unit = makeUnit(group, made.changes, handlers, pending);
    units.push(unit);
    for (const name of made.changes.flatMap(({ notify }) => notify)) pending.add(name);
    for (const name of unit.settles) pending.delete(name);
  }
  return { units, state, pending };
}

/** @param enabled the handlers that a change of this run may notify */
function groupChanges(
  group: ResourceGroup,
  before: State,
  enabled: ReadonlySet<string>,
  list: ChangeList,
): { readonly changes: readonly Change[]; readonly state: State } {
  const changes: Change[] = [];
  let state = before;
  for (const { notify, ...resource } of group.resources) {
    const notifying: Resource = { ...resource, notify: notify.filter((name) => enabled.has(name)) };
    for (const drift of resource.resource.diff(resource.params, state)) {
      changes.push(list.add(notifying, drift));
      state = state.with(drift.predicted);
    }
  }
  return { changes, state };
}

/** The units of the pending handlers, and the handlers that find nothing to change. */
interface HandlerUnits {
  readonly units: readonly Unit[];
  readonly idle: readonly string[];
}

/** @param first the position of this play's first change in the list: only changes of this play notify its handlers */
function handlerUnits(
  handlers: readonly Handler[],
  { state, pending }: GroupUnits,
  list: ChangeList,
  first: number,
): HandlerUnits {
  const units: Unit[] = [];
  const idle: string[] = [];
  for (const handler of handlers.filter(({ task }) => pending.has(task))) {
    const changes = handlerChanges(handler, state, list, first);
    if (changes.length === 0) idle.push(handler.task);
    else units.push({ stopDuring: null, changes, settles: [handler.task] });
  }
  return { units, idle };
}

function handlerChanges(handler: Handler, state: State, list: ChangeList, first: number): readonly Change[] {
  const ownChanges = list.all.slice(first).map(({ change }) => change);
  const notifiers = new Set(ownChanges.filter(({ notify }) => notify.includes(handler.task)));
  return handler.resource
    .diff(handler.params, state)
    .map((drift) => list.add({ ...handler, notify: [] }, drift, (change) => notifiers.has(change)));
}

/** The units, the last of which also settles these handlers. */
function settledByLast(units: readonly Unit[], handlers: readonly string[]): readonly Unit[] {
  return units.map((unit, index) =>
    index === units.length - 1 ? { ...unit, settles: [...unit.settles, ...handlers] } : unit,
  );
}

/** The blocking findings and the blocked changes of a host. */
function blockedChanges(
  host: string,
  units: readonly Unit[],
  findings: readonly Finding[],
): readonly Change[] {
  return [
    ...findings.map((finding, index) => blockingChange(`${host}:check${index + 1}`, finding)),
    ...units.flatMap(({ changes }) => changes.filter(({ action }) => action === 'blocked')),
  ];
}
