/** Sums up a plan as data. All forms of a plan (text, Markdown, web page) are made from this. */
import type { Finding } from '../../core/finding.ts';
import { groupBy } from '../../core/group-by.ts';
import { isBlocked, planChanges } from '../../plan/plan.ts';
import type { Plan, Stage } from '../../plan/plan.ts';
import { countActions, countRisks } from './counts.ts';
import type { ActionCounts, RiskCounts } from './counts.ts';
import { groupHosts } from './groups.ts';
import type { HostGroup } from './host-group.ts';
import { groupChanges, groupFindings } from './obstacles.ts';
import type { Obstacle } from './obstacles.ts';
import { planRisks } from './risks.ts';
import type { RiskSummary } from './risks.ts';

export type { Obstacle } from './obstacles.ts';

export interface PlanSummary {
  /** All hosts of the plan, read or not, each once. */
  readonly hosts: readonly string[];
  /** Hosts that have at least one change in the plan, also a blocked or deferred one. */
  readonly changedHosts: readonly string[];
  readonly counts: ActionCounts;
  readonly riskCounts: RiskCounts;
  readonly risks: RiskSummary;
  /** Blocking findings and blocked changes: never done, because it would endanger data. */
  readonly blocked: readonly Obstacle[];
  readonly deferred: readonly Obstacle[];
  /** Findings that block nothing, warnings first. */
  readonly findings: readonly FindingGroup[];
  readonly stages: readonly StageSummary[];
  /** Hosts that could not be read, by reason. */
  readonly unread: readonly { readonly reason: string; readonly hosts: readonly string[] }[];
}

export interface FindingGroup extends Obstacle {
  readonly severity: Finding['severity'];
}

export interface StageSummary {
  readonly name: string;
  /** Whether the backend is blocked, so that nothing is planned for this stage. */
  readonly isBackendBlocked: boolean;
  readonly groups: readonly HostGroup[];
  readonly blocked: readonly string[];
  readonly unchanged: readonly string[];
}

/** Groups, counts and orders what is in a plan. */
export function summarizePlan(plan: Plan): PlanSummary {
  const changes = planChanges(plan);
  const planned = plan.stages.flatMap(({ hosts }) => hosts.map(({ host }) => host));
  return {
    hosts: unique([...planned, ...plan.unread.map(({ host }) => host)]),
    changedHosts: unique(changes.map(({ host }) => host)),
    counts: countActions(plan),
    riskCounts: countRisks(plan),
    risks: planRisks(plan),
    blocked: [
      ...groupFindings(findingsOf(plan, 'block')),
      // a blocking finding is also a change of its host
      ...groupChanges(changes.filter(({ action, type }) => action === 'blocked' && type !== 'check')),
    ],
    deferred: groupChanges(changes.filter(({ action }) => action === 'deferred')),
    findings: (['warning', 'unknown', 'notice'] as const).flatMap((severity) =>
      groupFindings(findingsOf(plan, severity)).map((group) => ({ ...group, severity })),
    ),
    stages: stageSummaries(plan.stages),
    unread: groupBy(plan.unread, ({ reason }) => reason).map((group) => ({
      reason: group[0].reason,
      hosts: group.map(({ host }) => host),
    })),
  };
}

function findingsOf({ findings }: Plan, severity: Finding['severity']): readonly Finding[] {
  return findings.filter((finding) => finding.severity === severity);
}

function stageSummaries(stages: readonly Stage[]): readonly StageSummary[] {
  const names = (hosts: Stage['hosts']) => hosts.map(({ host }) => host);
  return stages.map(({ name, hosts }, index) => ({
    name,
    isBackendBlocked: stages.slice(0, index).some((stage) => stage.essential && stage.hosts.some(isBlocked)),
    groups: groupHosts(hosts),
    blocked: names(hosts.filter(isBlocked)),
    unchanged: names(hosts.filter(({ units }) => units.length === 0)),
  }));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
