import { canonicalJson } from '../core/json.ts';
import type { Json } from '../core/json.ts';
import { planChanges } from '../plan/plan.ts';
import type { Change, Check, HostPlan, Plan, Unit } from '../plan/plan.ts';
import { countActions } from './counts.ts';
import type { ActionCounts } from './counts.ts';
import { attributeDifferences, diffLines } from './differences.ts';
import type { DiffLine } from './differences.ts';

/** A plan as a person wants it told, still as data: every form of report is made from this. */
export interface PlanSummary {
  /** All hosts of the plan, read or not, each once. */
  readonly hosts: readonly string[];
  readonly changedHosts: readonly string[];
  /** Hosts whose stage is not carried out because of a check. */
  readonly stoppedHosts: readonly string[];
  readonly counts: ActionCounts;
  readonly checks: readonly CheckGroup[];
  readonly blocked: readonly BlockedGroup[];
  readonly stages: readonly StageSummary[];
  readonly unread: readonly { readonly reason: string; readonly hosts: readonly string[] }[];
}

export interface CheckGroup extends Omit<Check, 'host'> {
  readonly hosts: readonly string[];
  /** Whether the hosts' findings differ in their numbers; `finding` is then the first host's. */
  readonly varies: boolean;
}

export interface BlockedGroup {
  readonly type: string;
  readonly label: string;
  readonly reason: string;
  readonly remedy: string | undefined;
  readonly hosts: readonly string[];
}

export interface StageSummary {
  readonly name: string;
  readonly groups: readonly HostGroup[];
}

/** Hosts whose changes read the same. */
export interface HostGroup {
  readonly hosts: readonly string[];
  readonly changes: readonly ShownChange[];
}

/** What a person is told of a change. */
export interface ShownChange extends Pick<
  Change,
  'action' | 'type' | 'label' | 'task' | 'reason' | 'risk' | 'remedy'
> {
  /** Attributes that get other values: `mode 0755 -> 1775`. */
  readonly differences: readonly string[];
  readonly diff: readonly DiffLine[];
  /** The service that is stopped for this change, where this is the change that it is stopped for. */
  readonly stops: string | null;
}

/** Groups, counts and orders what a plan holds. */
export function summarizePlan(plan: Plan): PlanSummary {
  const changes = planChanges(plan);
  const planned = plan.stages.flatMap(({ hosts }) => hosts.map(({ host }) => host));
  return {
    hosts: unique([...planned, ...plan.unread.map(({ host }) => host)]),
    changedHosts: unique(changes.map(({ host }) => host)),
    stoppedHosts: unique(plan.checks.filter(({ severity }) => severity === 'block').map(({ host }) => host)),
    counts: countActions(plan),
    checks: checkGroups(plan.checks),
    blocked: blockedGroups(changes.filter(({ action }) => action === 'blocked')),
    stages: plan.stages.map(({ name, hosts }) => ({ name, groups: hostGroups(hosts) })),
    unread: groupBy(plan.unread, ({ reason }) => reason).map((group) => ({
      reason: group[0].reason,
      hosts: group.map(({ host }) => host),
    })),
  };
}

const SEVERITIES = ['block', 'warning', 'unknown'] as const;

function checkGroups(checks: readonly Check[]): readonly CheckGroup[] {
  const alike = ({ severity, check, finding, remedy }: Check) =>
    [severity, check, finding.replace(/\d+(\.\d+)?/g, '0'), remedy.replace(/\d+(\.\d+)?/g, '0')].join('\0');
  return groupBy(checks, alike)
    .map((group) => ({
      severity: group[0].severity,
      check: group[0].check,
      finding: group[0].finding,
      remedy: group[0].remedy,
      hosts: unique(group.map(({ host }) => host)),
      varies: group.some(({ finding }) => finding !== group[0].finding),
    }))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function blockedGroups(changes: readonly (Change & { readonly host: string })[]): readonly BlockedGroup[] {
  const alike = ({ type, label, reason, remedy }: Change) => [type, label, reason, remedy].join('\0');
  return groupBy(changes, alike).map((group) => ({
    type: group[0].type,
    label: group[0].label,
    reason: group[0].reason,
    remedy: group[0].remedy,
    hosts: unique(group.map(({ host }) => host)),
  }));
}

function hostGroups(hosts: readonly HostPlan[]): readonly HostGroup[] {
  const shown = hosts.map(({ host, units }) => ({ host, changes: units.flatMap(shownChanges) }));
  return groupBy(shown, ({ changes }) => canonicalJson(changes as unknown as Json)).map((group) => ({
    hosts: group.map(({ host }) => host),
    changes: group[0].changes,
  }));
}

function shownChanges({ quiesce, changes }: Unit): readonly ShownChange[] {
  const stopFor = changes.find(({ risk, action }) => risk === 'io' && isCarriedOut(action));
  return changes.map((change) => ({
    action: change.action,
    type: change.type,
    label: change.label,
    task: change.task,
    reason: change.reason,
    risk: change.risk,
    ...(change.remedy === undefined ? {} : { remedy: change.remedy }),
    differences: attributeDifferences(change),
    diff: change.diff === undefined ? [] : diffLines(change.diff),
    stops: change === stopFor ? quiesce : null,
  }));
}

/** Whether a run does something for a change of this action. */
export function isCarriedOut(action: Change['action']): boolean {
  return action !== 'blocked' && action !== 'deferred';
}

type NonEmpty<T> = readonly [T, ...T[]];

function groupBy<T>(items: readonly T[], key: (item: T) => string): readonly NonEmpty<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups.values()];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
