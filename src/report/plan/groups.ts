import { canonicalJson } from '../../core/json.ts';
import type { Json } from '../../core/json.ts';
import { isBlocked } from '../../plan/plan.ts';
import type { Change, HostPlan, Unit } from '../../plan/plan.ts';
import { attributeDifferences, diffLines } from './differences.ts';
import type { DiffLine } from './differences.ts';
import { groupBy } from '../../core/group-by.ts';
import type { NonEmpty } from '../../core/group-by.ts';

/** Hosts to which the same things happen, though the details of one may differ from host to host. */
export interface HostGroup {
  readonly hosts: readonly string[];
  readonly changes: readonly ShownChange[];
  /** A larger group that this one is nearly the same as: what it does not do, and what it does otherwise or besides. */
  readonly like: Likeness | null;
}

export interface Likeness {
  readonly hosts: readonly string[];
  readonly lacks: readonly ShownChange[];
  readonly adds: readonly ShownChange[];
}

/** What a person is told of a change on all hosts of a group. */
export interface ShownChange extends Pick<Change, 'action' | 'type' | 'label' | 'task' | 'risk'> {
  /** The service that is stopped for this change, where this is the change that it is stopped for. */
  readonly stops: string | null;
  /** In which ways the hosts' details differ; the commonest first. */
  readonly variants: NonEmpty<Variant>;
}

/** The details of a change, as they are on these hosts. */
export interface Variant {
  readonly hosts: readonly string[];
  readonly reason: string;
  readonly remedy: string | undefined;
  /** Attributes that get other values: `mode 0755 -> 1775`. */
  readonly differences: readonly string[];
  readonly diff: readonly DiffLine[];
}

interface HostChange {
  readonly host: string;
  readonly change: Change;
  readonly stops: string | null;
}

/** The hosts of a stage that will be changed, the largest group first, each followed by those that nearly are like it. */
export function groupHosts(hosts: readonly HostPlan[]): readonly HostGroup[] {
  const changed = hosts
    .filter((plan) => !isBlocked(plan))
    .map(({ host, units }) => units.flatMap((unit) => hostChanges(host, unit)))
    .filter((changes) => changes.length > 0);
  const groups = groupBy(changed, (changes) => changes.map(outline).join('\n'))
    .map((group) => toGroup(group))
    .sort((a, b) => b.hosts.length - a.hosts.length);
  return placeExceptions(groups);
}

function hostChanges(host: string, { stopDuring, changes }: Unit): readonly HostChange[] {
  const stopFor = changes.find(({ risk, action }) => risk === 'io' && isCarriedOut(action));
  return changes.map((change) => ({ host, change, stops: change === stopFor ? stopDuring : null }));
}

/** Whether a run does something for a change of this action. */
export function isCarriedOut(action: Change['action']): boolean {
  return action !== 'blocked' && action !== 'deferred';
}

/** What hosts of one group have in common. */
function outline({ change, stops }: HostChange): string {
  const { action, type, label, task, risk } = change;
  return canonicalJson([action, type, label, task, risk, stops]);
}

function toGroup(group: NonEmpty<readonly HostChange[]>): HostGroup {
  const [first] = group;
  return {
    hosts: group.flatMap((changes) => changes.slice(0, 1).map(({ host }) => host)),
    changes: first.map(({ change, stops }, index) => ({
      action: change.action,
      type: change.type,
      label: change.label,
      task: change.task,
      risk: change.risk,
      stops,
      variants: variantsOf(group.flatMap((changes) => changes.slice(index, index + 1))),
    })),
    like: null,
  };
}

function variantsOf(changes: readonly HostChange[]): NonEmpty<Variant> {
  const details = changes.map(({ host, change }) => ({
    host,
    reason: change.reason,
    remedy: change.remedy,
    differences: attributeDifferences(change),
    diff: change.diff === undefined ? [] : diffLines(change.diff),
  }));
  const variants = groupBy(details, ({ reason, remedy, differences, diff }) =>
    canonicalJson([reason, remedy ?? null, differences, diff.filter(isEdit)] as unknown as Json),
  ).map(([first, ...more]) => ({
    hosts: [first, ...more].map(({ host }) => host),
    reason: first.reason,
    remedy: first.remedy,
    differences: first.differences,
    diff: sharedDiff([first.diff, ...more.map(({ diff }) => diff)]),
  }));
  const [head, ...tail] = variants.sort((a, b) => b.hosts.length - a.hosts.length);
  if (head === undefined) throw new Error('a change without a host');
  return [head, ...tail];
}

function isEdit({ sign }: DiffLine): boolean {
  return sign === '+' || sign === '-';
}

/** One diff for all; what stands around the changed lines is left out where it differs from host to host. */
function sharedDiff([first, ...more]: NonEmpty<readonly DiffLine[]>): readonly DiffLine[] {
  const text = (diff: readonly DiffLine[]) => JSON.stringify(diff);
  return more.every((diff) => text(diff) === text(first)) ? first : first.filter(isEdit);
}

/** A group with what tells its changes from those of others, made once. */
interface Profile {
  readonly group: HostGroup;
  readonly names: ReadonlySet<string>;
  /** By all that is told of a change on its hosts; where they differ it is like no other group's. */
  readonly own: ReadonlyMap<string, ShownChange>;
  /** By what is told of it on most hosts: what a smaller group is held against. */
  readonly common: ReadonlyMap<string, ShownChange>;
}

/** Sets groups that are nearly like a larger one behind it. */
function placeExceptions(groups: readonly HostGroup[]): readonly HostGroup[] {
  const placed: { readonly base: Profile; readonly exceptions: HostGroup[] }[] = [];
  for (const group of groups) {
    const own = profile(group);
    const near = placed.find(({ base }) => isNearly(own, base));
    if (near === undefined) placed.push({ base: own, exceptions: [] });
    else near.exceptions.push({ ...group, like: likeness(own, near.base) });
  }
  return placed.flatMap(({ base, exceptions }) => [base.group, ...exceptions]);
}

function profile(group: HostGroup): Profile {
  const { changes } = group;
  return {
    group,
    names: new Set(changes.map(name)),
    own: new Map(
      changes.map((change) => [
        change.variants.length > 1 ? JSON.stringify(change) : content(change),
        change,
      ]),
    ),
    common: new Map(changes.map((change) => [content(change), change])),
  };
}

function isNearly(own: Profile, base: Profile): boolean {
  if (base.group.hosts.length <= own.group.hosts.length) return false;
  const { lacks, adds } = likeness(own, base);
  return (lacks.length + adds.length) * 2 <= own.group.changes.length;
}

function likeness(own: Profile, base: Profile): Likeness {
  const missing = [...base.common].filter(([key]) => !own.own.has(key));
  return {
    hosts: base.group.hosts,
    // what is done otherwise stands among what this group adds
    lacks: missing.map(([, change]) => change).filter((change) => !own.names.has(name(change))),
    adds: [...own.own].filter(([key]) => !base.common.has(key)).map(([, change]) => change),
  };
}

function name({ type, label }: ShownChange): string {
  return `${type} ${label}`;
}

/** A change as it is told of on most of its hosts. */
function content({ variants: [first], ...change }: ShownChange): string {
  return JSON.stringify([change, { ...first, hosts: [] }]);
}

/** What introduces the details of a change on some hosts of a group. */
export interface VariantHead {
  readonly hosts: readonly string[];
  /** Whether most hosts have other details, which are told before these. */
  readonly instead: boolean;
  /** Null where it is the same on all hosts. */
  readonly reason: string | null;
}

/** The head of a change's variant; null for what needs none: the only one, or that of most hosts. */
export function variantHead({ variants }: ShownChange, variant: Variant): VariantHead | null {
  const [first] = variants;
  const total = variants.reduce((sum, { hosts }) => sum + hosts.length, 0);
  const sameReason = variants.every(({ reason }) => reason === first.reason);
  const isMost = first.hosts.length * 2 > total && sameReason;
  if (variant === first && isMost) return null;
  return { hosts: variant.hosts, instead: isMost, reason: sameReason ? null : variant.reason };
}
