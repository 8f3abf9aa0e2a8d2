/** Compares the changes of two plans that were made of the same desired states. */
import type { Json } from '../core/json.ts';
import type { Difference } from './stale-reason.ts';
import { isBlocked } from './plan.ts';
import type { Change, HostPlan, Plan } from './plan.ts';
import { sameData } from './saved-plan.ts';
import { shorten, valueText } from './value-text.ts';

/** The changes that are not the same in both plans, and the hosts whose changes come in another order. */
export function changeDifferences(then: Plan, now: Plan): readonly Difference[] {
  return now.stages.flatMap((stage, index) =>
    stage.hosts.flatMap((plan) => {
      const old = then.stages[index]?.hosts.find(({ host }) => host === plan.host);
      const isUnplanned = [then, now].some((each) => isAfterBlock(each, index, plan.host));
      return old === undefined || isUnplanned ? [] : hostDifferences(old, plan);
    }),
  );
}

/** Whether nothing is planned for a host in this stage, because the host or the backend is blocked in an earlier stage. */
function isAfterBlock({ stages }: Plan, index: number, name: string): boolean {
  return stages
    .slice(0, index)
    .some(({ essential, hosts }) =>
      hosts.some((plan) => (essential || plan.host === name) && isBlocked(plan)),
    );
}

function hostDifferences(then: HostPlan, now: HostPlan): readonly Difference[] {
  const { host } = now;
  const [before, after] = [changesByName(then), changesByName(now)];
  const blocked = [isBlocked(then), isBlocked(now)] as const;
  const found = comparableNames(before, after, blocked).flatMap((name) => {
    const [a, b] = [before.get(name), after.get(name)];
    // findings are compared as findings
    const isFinding = (a ?? b)?.type === 'check';
    return isFinding || isSameChange(a, b) ? [] : [{ host, item: name, ...changeTexts(a, b) }];
  });
  const [orderThen, orderNow] = [unitOrder(then), unitOrder(now)];
  if (found.length > 0 || blocked.includes(true) || sameData(orderThen, orderNow)) return found;
  return [{ host, item: 'order of the changes', then: valueText(orderThen), now: valueText(orderNow) }];
}

/** The changes to compare. A host that is blocked in one plan has its blocked changes there and no others. */
function comparableNames(
  before: ReadonlyMap<string, Change>,
  after: ReadonlyMap<string, Change>,
  [wasBlocked, isBlockedNow]: readonly [boolean, boolean],
): readonly string[] {
  if (isBlockedNow && !wasBlocked) return [...after.keys()];
  if (wasBlocked && !isBlockedNow) return [...before.keys()];
  return [...new Set([...before.keys(), ...after.keys()])];
}

/** A host's changes by type and label. If several have the same name, all but the first are numbered. */
function changesByName({ units }: HostPlan): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  for (const change of units.flatMap((unit) => unit.changes)) {
    const name = `${change.type} ${change.label}`;
    let key = name;
    for (let count = 2; changes.has(key); count += 1) key = `${name} (${count})`;
    changes.set(key, change);
  }
  return changes;
}

/** A deferred change does nothing now, so only what it would do must be the same, not the state that it was made from. */
function isSameChange(a: Change | undefined, b: Change | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.action !== b.action || !sameData(a.after, b.after)) return false;
  if (a.action === 'deferred') return true;
  return a.fingerprint === b.fingerprint && sameData(a.before, b.before) && sameData(a.notify, b.notify);
}

function changeTexts(a: Change | undefined, b: Change | undefined): Pick<Difference, 'then' | 'now'> {
  if (a === undefined) return { then: 'no change needed', now: b?.reason ?? '' };
  if (b === undefined)
    return { then: a.reason, now: a.action === 'blocked' ? 'not blocked any more' : 'no change needed' };
  if (a.action === 'blocked' || b.action === 'blocked') return { then: a.reason, now: b.reason };
  if (!sameData(a.before, b.before)) return { then: valueText(a.before), now: valueText(b.before) };
  const text = ({ action, after, reason }: Change) => shorten(`${action} ${valueText(after)} (${reason})`);
  return { then: text(a), now: text(b) };
}

/** What is left to compare where each change is the same: their order, the services that stop, and the settled handlers. */
function unitOrder({ units }: HostPlan): Json {
  return units.map(({ stopDuring, changes, settles }) => ({
    stopDuring,
    settles,
    changes: changes.map(({ type, label }) => `${type} ${label}`),
  }));
}
