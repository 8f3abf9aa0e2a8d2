/** Groups findings, and changes that are not made, so that each is read once for all its hosts. */
import type { Finding } from '../../core/finding.ts';
import { groupBy } from '../../core/group-by.ts';
import type { NonEmpty } from '../../core/group-by.ts';
import { findingKey, similarFindingKey, withoutDetailsInText } from '../../plan/finding-key.ts';
import type { Change } from '../../plan/plan.ts';

/** The same finding, or the same change that is not made, on one or more hosts. */
export interface Obstacle {
  /** What it is about: `check clock`, `mount /var/lib/nova/instances/_base`. */
  readonly type: string;
  readonly label: string;
  readonly reason: string;
  /** What the operator can do about it. */
  readonly remedy: string | undefined;
  readonly hosts: readonly string[];
  /** Whether the hosts differ in numbers, sizes or base names; `reason` and `remedy` are those of the first host then. */
  readonly varies: boolean;
}

/** Findings of the same check and code whose fields differ in numbers, sizes and base names only are one group. */
export function groupFindings(findings: readonly Finding[]): readonly Obstacle[] {
  return groupBy(findings, similarFindingKey).map((group) => {
    const [first] = group;
    const { check, finding, remedy } = first;
    const varies = group.some((each) => findingKey(each) !== findingKey(first));
    return { type: 'check', label: check, reason: finding, remedy, hosts: hostsOf(group), varies };
  });
}

type HostChange = Pick<Change, 'type' | 'label' | 'reason' | 'remedy'> & { readonly host: string };

/** Changes of the same resource. A change has no fields, so its sentences are compared, without numbers and base names. */
export function groupChanges(changes: readonly HostChange[]): readonly Obstacle[] {
  const key = ({ type, label, reason, remedy = '' }: HostChange) =>
    [type, label, withoutDetailsInText(reason), withoutDetailsInText(remedy)].join('\0');
  return groupBy(changes, key).map((group) => {
    const [{ type, label, reason, remedy }] = group;
    const varies = group.some((each) => each.reason !== reason);
    return { type, label, reason, remedy, hosts: hostsOf(group), varies };
  });
}

function hostsOf(group: NonEmpty<{ readonly host: string }>): readonly string[] {
  return [...new Set(group.map(({ host }) => host))];
}
