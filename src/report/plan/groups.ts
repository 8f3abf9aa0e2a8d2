/** Groups the hosts of a stage that have the same changes. */
import { groupBy } from '../../core/group-by.ts';
import type { NonEmpty } from '../../core/group-by.ts';
import { canonicalJson } from '../../core/json.ts';
import { isExecutable } from '../../plan/change.ts';
import { isBlocked } from '../../plan/plan.ts';
import type { Change, HostPlan, Unit } from '../../plan/plan.ts';
import { placeExceptions } from './exceptions.ts';
import { variantsOf } from './variants.ts';
import type { HostChange, Variant } from './variants.ts';

/** Hosts with the same changes. The details of a change may differ from host to host. */
export interface HostGroup {
  readonly hosts: readonly string[];
  readonly changes: readonly ShownChange[];
  /** A larger group with nearly the same changes, and how this group differs from it. */
  readonly like: Likeness | null;
}

export interface Likeness {
  /** The hosts of the larger group. */
  readonly hosts: readonly string[];
  /** Changes that only the larger group has. */
  readonly lacks: readonly ShownChange[];
  /** Changes that only this group has, or that it makes in another way. */
  readonly adds: readonly ShownChange[];
}

/** One change of all hosts of a group. */
export interface ShownChange extends Pick<Change, 'action' | 'type' | 'label' | 'task' | 'risk'> {
  /** The service that is stopped before this change; null where none is. */
  readonly stops: string | null;
  /** How the details of the hosts differ, the most frequent variant first. */
  readonly variants: NonEmpty<Variant>;
}

/** The groups, the largest first. A group that is nearly like a larger one comes after it. */
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
  const stopFor = changes.find(({ risk, action }) => risk === 'io' && isExecutable(action));
  return changes.map((change) => ({ host, change, stops: change === stopFor ? stopDuring : null }));
}

/** What all hosts of a group have in common. */
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
