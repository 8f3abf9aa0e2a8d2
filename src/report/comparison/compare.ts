import { canonicalJson } from '../../core/json.ts';
import type { Json } from '../../core/json.ts';
import { planChanges } from '../../plan/plan.ts';
import type { Change, Plan } from '../../plan/plan.ts';
import type { Finding } from '../../core/finding.ts';
import { attributeDifferences, diffLines } from '../plan/differences.ts';
import { count } from '../terminal/text.ts';

/** Two plans, the older one first, and in what they differ. */
export interface PlanComparison {
  readonly formatVersion: 1;
  readonly then: PlanIdentity;
  readonly now: PlanIdentity;
  readonly differences: readonly PlanDifference[];
}

export type PlanIdentity = Pick<Plan, 'fastboot' | 'createdAt' | 'inventory' | 'playbook' | 'limit'>;

/** Something that is in one of two plans, or otherwise in the one than in the other. */
export interface PlanDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly about: 'source' | 'host' | 'finding' | 'change';
  /** Null where it is no host's, such as the inventory. */
  readonly host: string | null;
  /** `inventory`, `host`, `check clock`, `mount /var/lib/nova/instances/_base`. */
  readonly item: string;
  readonly then: Side | null;
  readonly now: Side | null;
}

/** How a thing is in one of the plans. */
export interface Side {
  readonly text: string;
  /** The lines of a file that only this plan removes or adds, with their signs. */
  readonly lines: readonly string[];
}

/** In what a plan differs from an older one. What cannot be told of a host that was not read is not made up. */
export function comparePlans(older: Plan, newer: Plan): PlanComparison {
  const [then, now] = [hostsOf(older), hostsOf(newer)];
  const comparable = new Set([...then.read].filter((host) => now.read.has(host)));
  const ours = <T extends { readonly host: string }>(items: readonly T[]) =>
    items.filter(({ host }) => comparable.has(host));
  return {
    formatVersion: 1,
    then: identity(older),
    now: identity(newer),
    differences: [
      ...sourceDifferences(older, newer),
      ...hostDifferences(older, newer, then, now),
      ...compareBy('check', ours(older.findings), ours(newer.findings), checkThing, checkSide),
      ...compareBy('change', ours(changesOf(older)), ours(changesOf(newer)), changeThing, changeSide),
    ],
  };
}

/** A check that blocks is told among the checks. */
function changesOf(plan: Plan): readonly (Change & { readonly host: string })[] {
  return planChanges(plan).filter(({ type }) => type !== 'check');
}

function identity({ fastboot, createdAt, inventory, playbook, limit }: Plan): PlanIdentity {
  return { fastboot, createdAt, inventory, playbook, limit };
}

function sourceDifferences(older: Plan, newer: Plan): readonly PlanDifference[] {
  const facts = ({ fastboot, inventory, playbook, limit }: Plan): Readonly<Record<string, string>> => ({
    fastboot,
    inventory: `${inventory.file}, sha256 ${inventory.digest.slice(0, 12)}`,
    playbook: `${playbook.file}, sha256 ${playbook.digest.slice(0, 12)}`,
    limit: limit ?? 'none',
  });
  const [then, now] = [facts(older), facts(newer)];
  return Object.keys(now)
    .filter((thing) => then[thing] !== now[thing])
    .map((thing) => ({
      kind: 'different',
      about: 'source',
      host: null,
      thing,
      then: { text: then[thing] ?? '', lines: [] },
      now: { text: now[thing] ?? '', lines: [] },
    }));
}

interface PlanHosts {
  readonly read: ReadonlySet<string>;
  readonly unread: ReadonlyMap<string, string>;
}

function hostsOf({ stages, unread }: Plan): PlanHosts {
  return {
    read: new Set(stages.flatMap(({ hosts }) => hosts.map(({ host }) => host))),
    unread: new Map(unread.map(({ host, reason }) => [host, reason])),
  };
}

/** Hosts that are in one of the plans alone, or could not be read for one of them. */
function hostDifferences(
  older: Plan,
  newer: Plan,
  then: PlanHosts,
  now: PlanHosts,
): readonly PlanDifference[] {
  const all = new Set([...then.read, ...then.unread.keys(), ...now.read, ...now.unread.keys()]);
  const amounts = [older, newer].map((plan) => changesPerHost(plan));
  const side = (hosts: PlanHosts, host: string, amount = 0): Side | null => {
    const reason = hosts.unread.get(host);
    if (reason !== undefined) return { text: `not read: ${reason}`, lines: [] };
    return hosts.read.has(host) ? { text: `read, ${count(amount, 'change')}`, lines: [] } : null;
  };
  return [...all]
    .filter((host) => !(then.read.has(host) && now.read.has(host)))
    .map((host) => ({
      host,
      before: side(then, host, amounts[0]?.get(host)),
      after: side(now, host, amounts[1]?.get(host)),
    }))
    .filter(({ before, after }) => before?.text !== after?.text)
    .map(({ host, before, after }) => ({
      kind: before === null ? 'new' : after === null ? 'gone' : 'different',
      about: 'host',
      host,
      thing: 'host',
      then: before,
      now: after,
    }));
}

function changesPerHost(plan: Plan): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const { host } of planChanges(plan)) amounts.set(host, (amounts.get(host) ?? 0) + 1);
  return amounts;
}

/** Pairs the items of both plans by host and thing, the first of several with the first, and tells of those that differ. */
function compareBy<T extends { readonly host: string }>(
  about: PlanDifference['about'],
  older: readonly T[],
  newer: readonly T[],
  thing: (item: T) => string,
  side: (item: T) => Side,
): readonly PlanDifference[] {
  const [then, now] = [keyed(older, thing), keyed(newer, thing)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((key): readonly PlanDifference[] => {
    const [before, after] = [then.get(key), now.get(key)];
    const item = after ?? before;
    if (item === undefined) return [];
    const common = { about, host: item.host, thing: thing(item) };
    if (before === undefined) return [{ kind: 'new', ...common, then: null, now: side(item) }];
    if (after === undefined) return [{ kind: 'gone', ...common, then: side(item), now: null }];
    if (sameItem(before, after)) return [];
    return [{ kind: 'different', ...common, ...apart(side(before), side(after), before, after) }];
  });
}

function keyed<T extends { readonly host: string }>(
  items: readonly T[],
  thing: (item: T) => string,
): ReadonlyMap<string, T> {
  const seen = new Map<string, number>();
  return new Map(
    items.map((item) => {
      const name = `${item.host} ${thing(item)}`;
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      return [`${name} ${number}`, item];
    }),
  );
}

// where in its plan a change stands, and what follows from its other parts
const UNTOLD = new Set(['id', 'dependsOn', 'fingerprint']);

/** Whether two items say the same, wherever in their plans they stand. */
function sameItem(before: object, after: object): boolean {
  const text = (item: object) =>
    canonicalJson(Object.fromEntries(Object.entries(item).filter(([key]) => !UNTOLD.has(key))));
  return text(before) === text(after);
}

/** Both sides without the lines that they share; where they read the same, the data in which they differ. */
function apart(then: Side, now: Side, before: object, after: object): { then: Side; now: Side } {
  const without = (lines: readonly string[], others: readonly string[]) =>
    lines.filter((line) => !others.includes(line));
  const left = { text: then.text, lines: without(then.lines, now.lines) };
  const right = { text: now.text, lines: without(now.lines, then.lines) };
  if (left.text !== right.text || left.lines.length + right.lines.length > 0)
    return { then: left, now: right };
  const [a, b] = [before, after].map((item) => item as Readonly<Record<string, Json>>);
  const differing = Object.keys({ ...a, ...b }).filter(
    (key) => !UNTOLD.has(key) && canonicalJson(a?.[key] ?? null) !== canonicalJson(b?.[key] ?? null),
  );
  // what the thing is and will be says more than how the playbook put it
  const telling = differing.filter((key) => key === 'before' || key === 'after');
  const keys = telling.length > 0 ? telling : differing;
  const data = (item: Readonly<Record<string, Json>> | undefined) =>
    keys.map((key) => `${key} ${canonicalJson(item?.[key] ?? null)}`).join('; ');
  return { then: { text: data(a), lines: [] }, now: { text: data(b), lines: [] } };
}

function checkThing({ check }: Finding): string {
  return `check ${check}`;
}

function checkSide({ severity, finding }: Finding): Side {
  return { text: `${severity}: ${finding}`, lines: [] };
}

function changeThing({ type, label }: Change): string {
  return `${type} ${label}`;
}

function changeSide(change: Change): Side {
  const details = attributeDifferences(change);
  return {
    text: [`${change.action}: ${change.reason}`, ...details].join(', '),
    lines: diffLines(change.diff ?? '')
      .filter(({ sign }) => sign === '+' || sign === '-')
      .map(({ sign, text }) => `${sign} ${text}`),
  };
}
