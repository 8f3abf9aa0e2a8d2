import { diffLines } from 'diff';
import type { Json, JsonObject } from '../core/json.ts';
import { executableUnits, isBlocked } from './plan.ts';
import type { Change, HostPlan, Plan } from './plan.ts';
import { sameData } from './saved.ts';
import type { SavedPlan } from './saved.ts';

/** One thing that is not as it was when a plan was made. */
export interface Difference {
  /** Null where it is no host's, such as the inventory. */
  readonly host: string | null;
  readonly item: string;
  readonly then: string;
  readonly now: string;
}

/**
 * What has changed on the hosts between two plans that were made from the same desired states: everything that would be touched
 * or was decided from. Empty where the second one is the same. Clocks, loads and warnings do not count unless they
 * decide something.
 */
export function findStaleness(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  const found = [
    ...connectionDifferences(then, now),
    ...findingDifferences(then, now),
    ...factDifferences(then, now),
    ...changeDifferences(then, now),
  ];
  if (found.length > 0 || sameData(work(then), work(now))) return uniform(found);
  return [
    { host: null, item: 'plan', then: then.createdAt, now: 'another, though nothing in it has a name' },
  ];
}

/** All that would be done, in order; the last word on whether two plans are the same. */
function work({ stages }: Plan): Json {
  return stages.map(({ hosts }) =>
    hosts
      .filter((plan) => !isBlocked(plan))
      .map((plan) => [
        plan.host,
        ...executableUnits(plan).flatMap(({ changes }) =>
          changes.map(({ resource, action, after, fingerprint }) => ({
            resource,
            action,
            after,
            fingerprint,
          })),
        ),
      ]),
  );
}

/** Whether a plan has something to do, and the same plan made now has nothing: it was carried out already. */
export function isDone(then: SavedPlan, now: SavedPlan): boolean {
  return inForce(then).length > 0 && inForce(now).length === 0;
}

function inForce(plan: Plan): readonly Change[] {
  return changesIn(plan.stages.flatMap(({ hosts }) => hosts)).filter(({ action }) => action !== 'deferred');
}

function connectionDifferences(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  const thing = 'connection';
  const reason = ({ unread }: Plan, name: string) => unread.find(({ host }) => host === name)?.reason;
  const names = [...new Set([...then.unread, ...now.unread].map(({ host }) => host))];
  return names.flatMap((host) => {
    const [before, after] = [reason(then, host), reason(now, host)];
    if ((before === undefined) === (after === undefined)) return [];
    return [{ host, thing, then: before ?? 'was read', now: after ?? 'can be read' }];
  });
}

function findingDifferences(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  const blocks = ({ findings: checks }: Plan) => checks.filter(({ severity }) => severity === 'block');
  const key = ({ host, check, finding }: Plan['findings'][number]) => `${host}\0${check}\0${finding}`;
  const missing = (from: Plan, other: Plan) => {
    const known = new Set(blocks(other).map(key));
    return blocks(from).filter((check) => !known.has(key(check)));
  };
  return [
    ...missing(now, then).map(({ host, check, finding }) => ({
      host,
      thing: `check ${check}`,
      then: 'in order',
      now: finding,
    })),
    ...missing(then, now).map(({ host, check, finding }) => ({
      host,
      thing: `check ${check}`,
      then: finding,
      now: 'in order',
    })),
  ];
}

function factDifferences(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  return Object.entries(then.provenance.facts).flatMap(([host, before]) => {
    const after = now.provenance.facts[host];
    if (after === undefined) return [];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const [a, b] = [before[name] ?? null, after[name] ?? null];
      return sameData(a, b) ? [] : [{ host, thing: name, ...compareValues(a, b) }];
    });
  });
}

/** Two values as short texts; of long texts only the lines that differ. */
function compareValues(a: Json, b: Json): { readonly then: string; readonly now: string } {
  if (typeof a !== 'string' || typeof b !== 'string' || !`${a}${b}`.includes('\n'))
    return { then: shorten(valueText(a)), now: shorten(valueText(b)) };
  const parts = diffLines(a, b);
  const text = (side: 'added' | 'removed') =>
    parts
      .filter((part) => part[side])
      .map(({ value }) => value.trim())
      .join('\n');
  return { then: shorten(text('removed')), now: shorten(text('added')) };
}

function changeDifferences(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  return now.stages.flatMap((stage, index) => {
    const before = then.stages[index];
    return stage.hosts.flatMap((plan) => {
      const old = before?.hosts.find(({ host }) => host === plan.host);
      const unplanned = [then, now].some((each) => isUnplanned(each, index, plan.host));
      return old === undefined || unplanned ? [] : hostDifferences(old, plan);
    });
  });
}

/** Nothing is planned for a host after a stage in which it, or the backend, is blocked. */
function isUnplanned({ stages }: Plan, index: number, name: string): boolean {
  return stages
    .slice(0, index)
    .some(({ essential, hosts }) =>
      hosts.some((plan) => (essential || plan.host === name) && isBlocked(plan)),
    );
}

function hostDifferences(then: HostPlan, now: HostPlan): readonly Difference[] {
  const { host } = now;
  const [before, after] = [named(then), named(now)];
  const blocked = [isBlocked(then), isBlocked(now)] as const;
  const keys = spokenOf(before, after, blocked);
  const found = keys.flatMap((thing) => {
    const [a, b] = [before.get(thing), after.get(thing)];
    // findings of checks are compared as such
    if ((a ?? b)?.type === 'check' || sameChange(a, b)) return [];
    return [{ host, thing, ...compareChanges(a, b) }];
  });
  if (found.length > 0 || blocked.includes(true) || sameData(unitOrder(then), unitOrder(now))) return found;
  return [
    {
      host,
      item: 'order of the changes',
      then: shorten(valueText(unitOrder(then))),
      now: shorten(valueText(unitOrder(now))),
    },
  ];
}

/** Of a host that is or was blocked only the blocked changes are news: nothing was planned of its others. */
function spokenOf(
  before: ReadonlyMap<string, Change>,
  after: ReadonlyMap<string, Change>,
  [wasBlocked, isNow]: readonly [boolean, boolean],
): readonly string[] {
  if (isNow && !wasBlocked) return [...after.keys()];
  if (wasBlocked && !isNow) return [...before.keys()];
  return [...new Set([...before.keys(), ...after.keys()])];
}

/** A host's changes by what a person calls them; of several to one thing all but the first are numbered. */
function named(plan: HostPlan): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  for (const change of changesIn([plan])) {
    const name = `${change.type} ${change.label}`;
    let key = name;
    for (let count = 2; changes.has(key); count += 1) key = `${name} (${count})`;
    changes.set(key, change);
  }
  return changes;
}

/** A change that waits for a later run touches nothing, so what it was made from may change: its desired state may not. */
function sameChange(a: Change | undefined, b: Change | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.action !== b.action || !sameData(a.after, b.after)) return false;
  if (a.action === 'deferred') return true;
  return a.fingerprint === b.fingerprint && sameData(a.before, b.before) && sameData(a.notify, b.notify);
}

function compareChanges(a: Change | undefined, b: Change | undefined): Pick<Difference, 'then' | 'now'> {
  if (a === undefined) return { then: 'in order', now: b?.reason ?? '' };
  if (b === undefined)
    return { then: a.reason, now: a.action === 'blocked' ? 'no longer in the way' : 'as wanted already' };
  if (a.action === 'blocked' || b.action === 'blocked') return { then: a.reason, now: b.reason };
  if (!sameData(a.before, b.before))
    return { then: shorten(valueText(a.before)), now: shorten(valueText(b.before)) };
  const text = ({ action, after, reason }: Change) => shorten(`${action} ${valueText(after)} (${reason})`);
  return { then: text(a), now: text(b) };
}

/** What is left to compare once every change is the same: their order, what rests meanwhile, which handlers are settled. */
function unitOrder({ units }: HostPlan): Json {
  return units.map(({ stopDuring, changes, settles }) => ({
    stopDuring,
    settles,
    changes: changes.map(({ type, label }) => `${type} ${label}`),
  }));
}

function changesIn(plans: readonly HostPlan[]): readonly Change[] {
  return plans.flatMap(({ units }) => units.flatMap(({ changes }) => changes));
}

/** Each difference once, by host in the order in which they were found. */
function uniform(all: readonly Difference[]): readonly Difference[] {
  const seen = new Set<string>();
  return all.filter((difference) => {
    const key = JSON.stringify(difference);
    return !seen.has(key) && seen.add(key);
  });
}

/** `sum 12ab34cd…, owner root`: a person's form of small data. */
function valueText(value: Json): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value;
  if (typeof value !== 'object') return String(value);
  const parts = Array.isArray(value)
    ? (value as readonly Json[]).map(valueText)
    : Object.entries(value as JsonObject).map(([key, item]) => `${key} ${valueText(item)}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

const MOST = 300;

function shorten(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}…`;
}
