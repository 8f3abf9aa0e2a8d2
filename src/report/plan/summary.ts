import { isBlocked, planChanges } from '../../plan/plan.ts';
import type { Change, Plan, Stage } from '../../plan/plan.ts';
import type { Finding } from '../../core/finding.ts';
import { countActions, countRisks } from './counts.ts';
import type { ActionCounts, RiskCounts } from './counts.ts';
import { groupBy } from '../../core/group-by.ts';
import { groupHosts } from './groups.ts';
import type { HostGroup } from './groups.ts';
import { planRisks } from './risks.ts';
import type { RiskSummary } from './risks.ts';

/** A plan as a person wants it told, still as data: every form of report is made from this. */
export interface PlanSummary {
  /** All hosts of the plan, read or not, each once. */
  readonly hosts: readonly string[];
  readonly changedHosts: readonly string[];
  readonly counts: ActionCounts;
  readonly riskCounts: RiskCounts;
  readonly risks: RiskSummary;
  /** Never done, because it would endanger data: findings that block, and changes. */
  readonly blocked: readonly Obstacle[];
  readonly deferred: readonly Obstacle[];
  /** Findings that keep nothing from being done. */
  readonly findings: readonly FindingGroup[];
  readonly stages: readonly StageSummary[];
  readonly unread: readonly { readonly reason: string; readonly hosts: readonly string[] }[];
}

/** The same thing on several hosts, and what an operator can do about it. */
export interface Obstacle {
  /** What it is about: `mount /var/lib/nova/instances/_base`, `check clock`. */
  readonly type: string;
  readonly label: string;
  readonly reason: string;
  readonly remedy: string | undefined;
  readonly hosts: readonly string[];
  /** Whether the hosts differ in numbers and names of files; `reason` is then the first host's. */
  readonly varies: boolean;
}

export interface FindingGroup extends Obstacle {
  readonly severity: Finding['severity'];
}

export interface StageSummary {
  readonly name: string;
  /** Nothing is planned for this stage, because the backend, which it needs, is blocked. */
  readonly held: boolean;
  readonly groups: readonly HostGroup[];
  readonly blocked: readonly string[];
  readonly unchanged: readonly string[];
}

/** Groups, counts and orders what a plan holds. */
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
      ...groupObstacles(plan.findings.filter(({ severity }) => severity === 'block').map(asObstacle)),
      // a check that blocks stands among the host's changes too
      ...groupObstacles(changes.filter(({ action, type }) => action === 'blocked' && type !== 'check')),
    ],
    deferred: groupObstacles(changes.filter(({ action }) => action === 'deferred')),
    findings: (['warning', 'unknown', 'notice'] as const).flatMap((severity) =>
      groupObstacles(plan.findings.filter((check) => check.severity === severity).map(asObstacle)).map(
        (group) => ({ ...group, severity }),
      ),
    ),
    stages: stageSummaries(plan.stages),
    unread: groupBy(plan.unread, ({ reason }) => reason).map((group) => ({
      reason: group[0].reason,
      hosts: group.map(({ host }) => host),
    })),
  };
}

function stageSummaries(stages: readonly Stage[]): readonly StageSummary[] {
  const names = (hosts: Stage['hosts']) => hosts.map(({ host }) => host);
  return stages.map(({ name, hosts }, index) => ({
    name,
    held: stages.slice(0, index).some((stage) => stage.essential && stage.hosts.some(isBlocked)),
    groups: groupHosts(hosts),
    blocked: names(hosts.filter(isBlocked)),
    unchanged: names(hosts.filter(({ units }) => units.length === 0)),
  }));
}

type HostObstacle = Pick<Change, 'type' | 'label' | 'reason' | 'remedy'> & { readonly host: string };

function asObstacle({ host, check, finding, remedy }: Finding): HostObstacle {
  return { host, type: 'check', label: check, reason: finding, remedy };
}

/** Findings that differ in numbers and names of base files only are told once. */
function groupObstacles(findings: readonly HostObstacle[]): readonly Obstacle[] {
  const blur = (text = '') => text.replace(/\b[0-9a-f]{40}\b|\d+(\.\d+)?/g, '0');
  const alike = ({ type, label, reason, remedy }: HostObstacle) =>
    [type, label, blur(reason), blur(remedy)].join('\0');
  return groupBy(findings, alike).map((group) => ({
    type: group[0].type,
    label: group[0].label,
    reason: group[0].reason,
    remedy: group[0].remedy,
    hosts: unique(group.map(({ host }) => host)),
    varies: group.some(({ reason }) => reason !== group[0].reason),
  }));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
