/** Groups the hosts of a stage that have the same changes. */
import { groupBy } from '../../core/group-by.ts';
import type { NonEmpty } from '../../core/group-by.ts';
import { canonicalJson } from '../../core/json.ts';
import { isExecutable } from '../../plan/change.ts';
import { isBlocked } from '../../plan/plan.ts';
import type { HostPlan, Unit } from '../../plan/plan.ts';
import { placeExceptions } from './near-duplicate-groups.ts';
import { variantsOf } from './per-host-details.ts';
import type { HostChange } from './per-host-details.ts';
import type { HostGroup } from './host-group.ts';

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
