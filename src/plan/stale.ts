/** Decides whether a saved plan still fits the hosts: it is compared with the same plan, made now. */
import type { Finding } from '../core/finding.ts';
import type { Json } from '../core/json.ts';
import type { Difference } from './stale-reason.ts';
import { findingKey } from './finding-key.ts';
import { executableUnits, isBlocked, planChanges } from './plan.ts';
import type { Plan } from './plan.ts';
import { sameData } from './saved-plan.ts';
import type { SavedPlan } from './saved-plan.ts';
import { changeDifferences } from './stale-changes.ts';
import { differingTexts } from './value-text.ts';

export type { Difference } from './stale-reason.ts';

/**
 * Everything that makes a saved plan stale: what it would change, and what it was decided from. Empty where the plan still
 * fits. Clocks, loads and warnings make no plan stale, as long as nothing was decided from them.
 *
 * @param now the plan that is made now, of the same desired states
 */
export function findStaleness(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  const found = [
    ...connectionDifferences(then, now),
    ...findingDifferences(then, now),
    ...factDifferences(then, now),
    ...changeDifferences(then, now),
  ];
  if (found.length > 0 || sameData(workOf(then), workOf(now))) return withoutRepetitions(found);
  // the comparisons above should name every difference; if they miss one, the plan is still refused
  return [{ host: null, item: 'plan', then: then.createdAt, now: 'the same plan, made now, differs' }];
}

/** Whether a plan was applied already: it has something to do, and the same plan, made now, has nothing to do. */
export function isDone(then: SavedPlan, now: SavedPlan): boolean {
  return hasWork(then) && !hasWork(now);
}

function hasWork(plan: Plan): boolean {
  return planChanges(plan).some(({ action }) => action !== 'deferred');
}

/** All that would be done, in order. */
function workOf({ stages }: Plan): Json {
  return stages.map(({ hosts }) =>
    hosts
      .filter((plan) => !isBlocked(plan))
      .map((plan) => {
        const changes = executableUnits(plan).flatMap((unit) => unit.changes);
        const work = changes.map(({ resource, action, after, fingerprint }) => {
          return { resource, action, after, fingerprint };
        });
        return [plan.host, ...work];
      }),
  );
}

/** Hosts that could be read for one of the two plans only. */
function connectionDifferences(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  const reasonIn = ({ unread }: Plan, name: string) => unread.find(({ host }) => host === name)?.reason;
  const names = [...new Set([...then.unread, ...now.unread].map(({ host }) => host))];
  return names.flatMap((host) => {
    const [before, after] = [reasonIn(then, host), reasonIn(now, host)];
    if ((before === undefined) === (after === undefined)) return [];
    return [{ host, item: 'connection', then: before ?? 'reachable', now: after ?? 'reachable' }];
  });
}

/** Findings that keep a host from being changed, and that only one of the two plans has. */
function findingDifferences(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  const added = blocksMissing(now, then).map(({ host, check, finding }) => {
    return { host, item: `check ${check}`, then: 'no finding', now: finding };
  });
  const removed = blocksMissing(then, now).map(({ host, check, finding }) => {
    return { host, item: `check ${check}`, then: finding, now: 'no finding' };
  });
  return [...added, ...removed];
}

/** The blocking findings of a plan that another plan does not have. */
function blocksMissing(plan: Plan, other: Plan): readonly Finding[] {
  const blocks = ({ findings }: Plan) => findings.filter(({ severity }) => severity === 'block');
  const key = (finding: Finding) => `${finding.host} ${findingKey(finding)}`;
  const known = new Set(blocks(other).map(key));
  return blocks(plan).filter((finding) => !known.has(key(finding)));
}

/** Facts that the desired states were made from, and that have other values now. */
function factDifferences(then: SavedPlan, now: SavedPlan): readonly Difference[] {
  return Object.entries(then.provenance.facts).flatMap(([host, before]) => {
    const after = now.provenance.facts[host];
    if (after === undefined) return [];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const [a, b] = [before[name] ?? null, after[name] ?? null];
      return sameData(a, b) ? [] : [{ host, item: name, ...differingTexts(a, b) }];
    });
  });
}

function withoutRepetitions(all: readonly Difference[]): readonly Difference[] {
  const unique = new Map(all.map((difference) => [JSON.stringify(difference), difference]));
  return [...unique.values()];
}
