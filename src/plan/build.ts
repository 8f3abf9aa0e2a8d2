import { fingerprint } from '../core/json.ts';
import type { State } from '../facts/state.ts';
import { unitName } from '../facts/unit.ts';
import type { Handler, Resource, ResourceGroup, DesiredState } from '../resources/desired-state.ts';
import type { Drift } from '../resources/resource.ts';
import { createLedger } from './ledger.ts';
import type { Ledger, Planned } from './ledger.ts';
import type { Change, HostPlan, Unit } from './plan.ts';
import type { Finding } from '../core/finding.ts';

/** What `buildHostPlan` needs to know of one host. */
export interface HostInput {
  readonly host: string;
  readonly desired: DesiredState;
  readonly state: State;
  /** Handlers that an earlier run noted and did not come to run. */
  readonly pending: readonly string[];
  /** Findings that keep this host from being changed. */
  readonly blocks: readonly Finding[];
  /** What earlier plays will have done on this host. */
  readonly earlier?: readonly Planned[];
}

/** A host's plan, and what the host's state will be once it is carried out. */
export interface BuiltPlan {
  readonly plan: HostPlan;
  readonly state: State;
  /** The changes so far, those of earlier plays among them. */
  readonly planned: readonly Planned[];
}

/**
 * The difference between what a host has and what it should have. Pure. Predicted state flows from change to change,
 * so that what a package brings or a file says is known to what comes after it. A host with a blocked change gets
 * nothing but its blocked changes: nothing else of it will be carried out.
 */
export function buildHostPlan({ host, desired, state, pending, blocks, earlier = [] }: HostInput): BuiltPlan {
  const ledger = createLedger(host, earlier);
  const units: Unit[] = [];
  const notified = new Set<string>();
  const enabled = new Set(
    desired.handlers.filter((handler) => handler.enabled).map((handler) => handler.task),
  );
  let predicted = state;
  for (const group of desired.groups) {
    const made = groupChanges(group, predicted, (resource, drift) =>
      ledger.add({ ...resource, notify: resource.notify.filter((name) => enabled.has(name)) }, drift),
    );
    predicted = made.state;
    if (made.changes.length === 0) continue;
    const unit = makeUnit(group, made.changes, desired.handlers, [...notified, ...pending]);
    units.push(unit);
    for (const name of made.changes.flatMap((change) => change.notify)) notified.add(name);
    for (const name of unit.settles) notified.delete(name);
  }
  const settled = new Set(units.flatMap((unit) => unit.settles));
  const idle: string[] = [];
  for (const handler of desired.handlers) {
    const due = notified.has(handler.task) || (pending.includes(handler.task) && !settled.has(handler.task));
    if (!due) continue;
    const unit = handlerUnit(handler, predicted, ledger, earlier.length);
    if (unit === undefined) idle.push(handler.task);
    else units.push(unit);
  }
  // a handler that finds all in order is settled as well
  const last = units.pop();
  if (last !== undefined) units.push({ ...last, settles: [...last.settles, ...idle] });
  const blocked = blockedOnly(host, units, blocks);
  return blocked === undefined
    ? { plan: { host, units }, state: predicted, planned: ledger.all }
    : { plan: blocked, state, planned: earlier };
}

function groupChanges(
  group: ResourceGroup,
  before: State,
  describe: (resource: Resource, drift: Drift) => Change,
): { readonly changes: readonly Change[]; readonly state: State } {
  const changes: Change[] = [];
  let state = before;
  for (const resource of group.resources) {
    for (const drift of resource.resource.diff(resource.params, state)) {
      changes.push(describe(resource, drift));
      state = state.with(drift.predicted);
    }
  }
  return { changes, state };
}

/**
 * A restart that is due is settled by a unit that stops and starts the same service anyway, or that starts it: the
 * service then runs with all that was changed before.
 */
function makeUnit(
  group: ResourceGroup,
  changes: readonly Change[],
  handlers: readonly Handler[],
  before: readonly string[],
): Unit {
  const rests = group.stopDuring !== null && changes.some((change) => change.risk === 'io');
  const stopDuring = rests ? group.stopDuring : null;
  const settled = handlers.filter((handler) => {
    const service = restartedService(handler);
    if (service === undefined) return false;
    const start = changes.findIndex((change) => startsService(change, service));
    const settling =
      stopDuring !== null && service === unitName(stopDuring) ? changes : changes.slice(0, start + 1);
    const due = [...before, ...settling.flatMap((change) => change.notify)];
    return settling.length > 0 && due.includes(handler.task);
  });
  return { stopDuring, changes, settles: settled.map((handler) => handler.task) };
}

/** The service that a handler restarts. */
function restartedService({ resource, params }: Handler): string | undefined {
  const { name, state } = params;
  const restarts = state === 'restarted' || state === 'try-restarted';
  return resource.type === 'service' && restarts && typeof name === 'string' ? unitName(name) : undefined;
}

function startsService({ type, label, after }: Change, service: string): boolean {
  return type === 'service' && label === service && (after as { run?: string } | null)?.run === 'start';
}

/** @param first where this play's changes begin in the ledger: only they have notified its handlers */
function handlerUnit(handler: Handler, state: State, ledger: Ledger, first: number): Unit | undefined {
  const notifiers = new Set(
    ledger.all
      .slice(first)
      .map(({ change }) => change)
      .filter(({ notify }) => notify.includes(handler.task)),
  );
  const changes = handler.resource
    .diff(handler.params, state)
    .map((drift) => ledger.add({ ...handler, notify: [] }, drift, (change) => notifiers.has(change)));
  return changes.length === 0 ? undefined : { stopDuring: null, changes, settles: [handler.task] };
}

function blockedOnly(host: string, units: readonly Unit[], blocks: readonly Finding[]): HostPlan | undefined {
  const changes = [
    ...blocks.map((check, index) => checkChange(`${host}:check${index + 1}`, check)),
    ...units.flatMap((unit) => unit.changes.filter((change) => change.action === 'blocked')),
  ];
  return changes.length === 0 ? undefined : { host, units: [{ stopDuring: null, changes, settles: [] }] };
}

function checkChange(id: string, check: Finding): Change {
  return {
    id,
    task: 'Check the environment',
    resource: `check ${check.check}`,
    type: 'check',
    label: check.check,
    params: {},
    notify: [],
    dependsOn: [],
    fingerprint: fingerprint(null),
    action: 'blocked',
    before: null,
    after: null,
    reason: check.finding,
    risk: 'blocked',
    remedy: check.remedy,
  };
}
