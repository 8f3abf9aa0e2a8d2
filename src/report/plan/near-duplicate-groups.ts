/** Finds groups of hosts that are nearly like a larger group, so that only what differs has to be read. */
import type { HostGroup, Likeness, ShownChange } from './host-group.ts';

/** A group with what its changes are compared by, computed once. */
interface Profile {
  readonly group: HostGroup;
  /** Types and labels of the changes. */
  readonly names: ReadonlySet<string>;
  /** The changes by their content. A change with several variants is like no other one. */
  readonly own: ReadonlyMap<string, ShownChange>;
  /** The changes by their content on most hosts: smaller groups are compared with this. */
  readonly common: ReadonlyMap<string, ShownChange>;
}

/** Moves each group that is nearly like a larger one behind that one. */
export function placeExceptions(groups: readonly HostGroup[]): readonly HostGroup[] {
  const placed: { readonly base: Profile; readonly exceptions: HostGroup[] }[] = [];
  for (const group of groups) {
    const profile = profileOf(group);
    const similar = placed.find(({ base }) => isNearlyLike(profile, base));
    if (similar === undefined) placed.push({ base: profile, exceptions: [] });
    else similar.exceptions.push({ ...group, like: likeness(profile, similar.base) });
  }
  return placed.flatMap(({ base, exceptions }) => [base.group, ...exceptions]);
}

function profileOf(group: HostGroup): Profile {
  const { changes } = group;
  return {
    group,
    names: new Set(changes.map(nameOf)),
    own: new Map(
      changes.map((change) => [
        change.variants.length > 1 ? JSON.stringify(change) : contentOnMost(change),
        change,
      ]),
    ),
    common: new Map(changes.map((change) => [contentOnMost(change), change])),
  };
}

/** Whether a group has fewer hosts than another one, and differs from it in half of its changes at most. */
function isNearlyLike(profile: Profile, base: Profile): boolean {
  if (base.group.hosts.length <= profile.group.hosts.length) return false;
  const { lacks, adds } = likeness(profile, base);
  return (lacks.length + adds.length) * 2 <= profile.group.changes.length;
}

function likeness(profile: Profile, base: Profile): Likeness {
  const missing = [...base.common].filter(([key]) => !profile.own.has(key));
  return {
    hosts: base.group.hosts,
    // a change that is made in another way is in `adds`
    lacks: missing.map(([, change]) => change).filter((change) => !profile.names.has(nameOf(change))),
    adds: [...profile.own].filter(([key]) => !base.common.has(key)).map(([, change]) => change),
  };
}

function nameOf({ type, label }: ShownChange): string {
  return `${type} ${label}`;
}

/** All that is shown of a change on most of its hosts. */
function contentOnMost({ variants: [first], ...change }: ShownChange): string {
  return JSON.stringify([change, { ...first, hosts: [] }]);
}
