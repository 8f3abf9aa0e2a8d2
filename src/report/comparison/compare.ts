/** Compares two plans. */
import type { Finding } from '../../core/finding.ts';
import { findingKey } from '../../plan/finding-key.ts';
import { planChanges } from '../../plan/plan.ts';
import type { Change, Plan } from '../../plan/plan.ts';
import { attributeDifferences, diffLines } from '../plan/change-diff.ts';
import { isSameChange, sidesOf } from './compare-changes.ts';
import { hostDifferences, readHosts } from './compare-hosts.ts';
import type { PlanComparison, PlanDifference, PlanIdentity, Side } from './comparison.ts';

/** The differences between two plans. Findings and changes are compared on hosts that could be read for both plans. */
export function comparePlans(older: Plan, newer: Plan): PlanComparison {
  const [then, now] = [readHosts(older), readHosts(newer)];
  const onComparable = <T extends { readonly host: string }>(items: readonly T[]) =>
    items.filter(({ host }) => then.has(host) && now.has(host));
  return {
    formatVersion: 1,
    then: identityOf(older),
    now: identityOf(newer),
    differences: [
      ...sourceDifferences(older, newer),
      ...hostDifferences(older, newer),
      ...compareItems(FINDINGS, onComparable(older.findings), onComparable(newer.findings)),
      ...compareItems(CHANGES, onComparable(changesOf(older)), onComparable(changesOf(newer))),
    ],
  };
}

function identityOf({ fastboot, createdAt, inventory, playbook, limit }: Plan): PlanIdentity {
  return { fastboot, createdAt, inventory, playbook, limit };
}

/** What the plans were made from. */
function sourceDifferences(older: Plan, newer: Plan): readonly PlanDifference[] {
  const facts = ({ fastboot, inventory, playbook, limit }: Plan): Readonly<Record<string, string>> => ({
    fastboot,
    inventory: `${inventory.file}, sha256 ${inventory.digest.slice(0, 12)}`,
    playbook: `${playbook.file}, sha256 ${playbook.digest.slice(0, 12)}`,
    limit: limit ?? 'none',
  });
  const [then, now] = [facts(older), facts(newer)];
  return Object.keys(now)
    .filter((item) => then[item] !== now[item])
    .map((item) => ({
      kind: 'changed',
      about: 'source',
      host: null,
      item,
      then: { text: then[item] ?? '', lines: [] },
      now: { text: now[item] ?? '', lines: [] },
    }));
}

type OnHost<T> = T & { readonly host: string };

/** A blocking finding is also a change of its host, but it is compared as a finding. */
function changesOf(plan: Plan): readonly OnHost<Change>[] {
  return planChanges(plan).filter(({ type }) => type !== 'check');
}

/** How items of one kind are compared. */
interface ItemKind<T> {
  readonly about: PlanDifference['about'];
  readonly nameOf: (item: T) => string;
  readonly isSame: (then: T, now: T) => boolean;
  readonly sideOf: (item: T) => Side;
  /** Both sides of two items that are not the same. */
  readonly sidesOf: (then: T, now: T) => { readonly then: Side; readonly now: Side };
}

const findingSide = ({ severity, finding }: Finding): Side => ({
  text: `${severity}: ${finding}`,
  lines: [],
});

const FINDINGS: ItemKind<Finding> = {
  about: 'finding',
  nameOf: ({ check }) => `check ${check}`,
  isSame: (then, now) => findingKey(then) === findingKey(now),
  sideOf: findingSide,
  sidesOf: (then, now) => ({ then: findingSide(then), now: findingSide(now) }),
};

const changeSide = (change: Change): Side => ({
  text: [`${change.action}: ${change.reason}`, ...attributeDifferences(change)].join(', '),
  lines: diffLines(change.diff ?? '')
    .filter(({ sign }) => sign === '+' || sign === '-')
    .map(({ sign, text }) => `${sign} ${text}`),
});

const CHANGES: ItemKind<Change> = {
  about: 'change',
  nameOf: ({ type, label }) => `${type} ${label}`,
  isSame: isSameChange,
  sideOf: changeSide,
  sidesOf: (then, now) => sidesOf(changeSide(then), changeSide(now), then, now),
};

/** Pairs the items of both plans by host and name (the first of several with the first), and gives those that differ. */
function compareItems<T>(
  { about, nameOf, isSame, sideOf, sidesOf }: ItemKind<T>,
  older: readonly OnHost<T>[],
  newer: readonly OnHost<T>[],
): readonly PlanDifference[] {
  const [then, now] = [byName(older, nameOf), byName(newer, nameOf)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((key): readonly PlanDifference[] => {
    const [before, after] = [then.get(key), now.get(key)];
    const item = after ?? before;
    if (item === undefined) return [];
    const common = { about, host: item.host, item: nameOf(item) };
    if (before === undefined) return [{ kind: 'added', ...common, then: null, now: sideOf(item) }];
    if (after === undefined) return [{ kind: 'removed', ...common, then: sideOf(item), now: null }];
    return isSame(before, after) ? [] : [{ kind: 'changed', ...common, ...sidesOf(before, after) }];
  });
}

/** Items by host and name; several of the same name are numbered. */
function byName<T>(items: readonly OnHost<T>[], nameOf: (item: T) => string): ReadonlyMap<string, OnHost<T>> {
  const counts = new Map<string, number>();
  return new Map(
    items.map((item) => {
      const name = `${item.host} ${nameOf(item)}`;
      const number = (counts.get(name) ?? 0) + 1;
      counts.set(name, number);
      return [`${name} ${number}`, item];
    }),
  );
}
