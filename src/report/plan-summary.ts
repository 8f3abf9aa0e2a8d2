import { canonicalJson } from '../core/json.ts';
import type { Json } from '../core/json.ts';
import { isBlocked, planChanges } from '../plan/plan.ts';
import type { Change, Check, HostPlan, Plan, Stage, Unit } from '../plan/plan.ts';
import { countActions } from './counts.ts';
import type { ActionCounts } from './counts.ts';
import { attributeDifferences, diffLines } from './differences.ts';
import type { DiffLine } from './differences.ts';
import { groupBy } from './group.ts';

/** A plan as a person wants it told, still as data: every form of report is made from this. */
export interface PlanSummary {
  /** All hosts of the plan, read or not, each once. */
  readonly hosts: readonly string[];
  readonly changedHosts: readonly string[];
  readonly counts: ActionCounts;
  readonly checks: readonly CheckGroup[];
  readonly blocked: readonly ThingGroup[];
  readonly deferred: readonly ThingGroup[];
  readonly stages: readonly StageSummary[];
  readonly unread: readonly { readonly reason: string; readonly hosts: readonly string[] }[];
}

export interface CheckGroup extends Omit<Check, 'host'> {
  readonly hosts: readonly string[];
  /** Whether the hosts' findings differ in their numbers; `finding` is then the first host's. */
  readonly varies: boolean;
}

/** The same thing on several hosts that is not done in this run. */
export interface ThingGroup {
  readonly type: string;
  readonly label: string;
  readonly reason: string;
  readonly remedy: string | undefined;
  readonly hosts: readonly string[];
}

export interface StageSummary {
  readonly name: string;
  /** Nothing is planned for this stage, because the backend, which it needs, is blocked. */
  readonly held: boolean;
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
    counts: countActions(plan),
    checks: checkGroups(plan.checks),
    blocked: thingGroups(changes.filter(({ action }) => action === 'blocked')),
    deferred: thingGroups(changes.filter(({ action }) => action === 'deferred')),
    stages: stageSummaries(plan.stages),
    unread: groupBy(plan.unread, ({ reason }) => reason).map((group) => ({
      reason: group[0].reason,
      hosts: group.map(({ host }) => host),
    })),
  };
}

function stageSummaries(stages: readonly Stage[]): readonly StageSummary[] {
  return stages.map(({ name, hosts }, index) => {
    const held = stages.slice(0, index).some((stage) => stage.essential && stage.hosts.some(isBlocked));
    return { name, held, groups: hostGroups(hosts) };
  });
}

const SEVERITIES: readonly Check['severity'][] = ['block', 'warning', 'unknown', 'notice'];

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

function thingGroups(changes: readonly (Change & { readonly host: string })[]): readonly ThingGroup[] {
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

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
