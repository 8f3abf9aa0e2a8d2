/** The plan as plain JSON data: the same plan is shown, saved and applied. */
import type { Finding } from '../core/finding.ts';
import { isExecutable } from './change.ts';
import type { Change } from './change.ts';
import type { Unit } from './unit.ts';

export type { Change } from './change.ts';
export type { Unit } from './unit.ts';

/** Only `createdAt` comes from a clock, so two plans of the same state are the same. */
export interface Plan {
  readonly formatVersion: 1;
  /** The version of fastboot that made the plan. */
  readonly fastboot: string;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly inventory: { readonly file: string; readonly digest: string };
  readonly playbook: { readonly file: string; readonly digest: string };
  /** The host pattern of `--limit`, or null. */
  readonly limit: string | null;
  readonly findings: readonly Finding[];
  /** In the order in which they are applied: a stage starts when all hosts of the stage before are done. */
  readonly stages: readonly Stage[];
  /** Hosts that could not be read. Nothing is planned for them. */
  readonly unread: readonly UnreadHost[];
}

/** The hosts of one play. They are changed side by side. */
export interface Stage {
  readonly name: string;
  /** Whether later stages do not start when this one fails or is blocked: the stage of the backend. */
  readonly essential: boolean;
  readonly hosts: readonly HostPlan[];
}

export interface HostPlan {
  readonly host: string;
  /** The units of this host in order. */
  readonly units: readonly Unit[];
}

export interface UnreadHost {
  readonly host: string;
  readonly reason: string;
}

/** All changes of a plan in order, each with its host. */
export function planChanges(plan: Pick<Plan, 'stages'>): readonly (Change & { readonly host: string })[] {
  return plan.stages.flatMap(({ hosts }) =>
    hosts.flatMap(({ host, units }) =>
      units.flatMap(({ changes }) => changes.map((change) => ({ ...change, host }))),
    ),
  );
}

/** Whether nothing is done on a host: one blocked change stops all changes of the host. */
export function isBlocked({ units }: HostPlan): boolean {
  return units.some(({ changes }) => changes.some(({ action }) => action === 'blocked'));
}

/** The units with the changes that a run makes, without deferred ones. */
export function executableUnits({ units }: HostPlan): readonly Unit[] {
  return units
    .map((unit) => ({ ...unit, changes: unit.changes.filter(({ action }) => isExecutable(action)) }))
    .filter(({ changes }) => changes.length > 0);
}
