import type { Finding } from '../core/finding.ts';
import type { JsonObject } from '../core/json.ts';
import type { ChangeSpec } from '../resources/resource.ts';

/**
 * A plan is plain JSON data: what is shown is what is saved is what is run. Nothing in it comes from a clock but
 * `createdAt`, so a plan made twice of the same state is the same.
 */
export interface Plan {
  readonly formatVersion: 1;
  readonly fastboot: string;
  readonly createdAt: string;
  readonly inventory: { readonly file: string; readonly digest: string };
  readonly playbook: { readonly file: string; readonly digest: string };
  /** The pattern of `--limit`, or null. */
  readonly limit: string | null;
  readonly findings: readonly Finding[];
  /** In the order in which they are carried out: all hosts of a stage are done before the next stage starts. */
  readonly stages: readonly Stage[];
  /** Hosts that could not be read, so nothing is planned for them. */
  readonly unread: readonly UnreadHost[];
}

/** The hosts that one play works on, in parallel. */
export interface Stage {
  readonly name: string;
  /** Whether a failure or a blocked change here keeps later stages from starting: the backend's stage. */
  readonly essential: boolean;
  readonly hosts: readonly HostPlan[];
}

export interface HostPlan {
  readonly host: string;
  /** The units of this host in order; each is carried out whole or not at all as far as its changes allow. */
  readonly units: readonly Unit[];
}

/** Changes that belong together: the script finishes a unit that it began, also when the run is interrupted. */
export interface Unit {
  /** A systemd unit that is stopped before the first change with risk `io` and started again if it was active. */
  readonly stopDuring: string | null;
  readonly changes: readonly Change[];
  /** Handlers that are settled once this unit is done: it ran them, or it stopped and started the same service. */
  readonly settles: readonly string[];
}

/** One thing on one host that is not as it should be, and how it will be mended. */
export interface Change extends ChangeSpec {
  /** Unique in the plan, and the same whenever the plan is made of the same state: `host:position`. */
  readonly id: string;
  readonly task: string;
  /** Type and label: what a person calls it by, such as `mount /var/lib/nova/instances/_base`. */
  readonly resource: string;
  /** The resource type, a key of `resources`. */
  readonly type: string;
  /** The thing itself, such as `/etc/fstab`. */
  readonly label: string;
  /** The task's parameters with every `{{ }}` filled in. */
  readonly params: JsonObject;
  /** Handlers that this change calls for; they stand later in the same stage as changes of their own. */
  readonly notify: readonly string[];
  /**
   * Ids of the changes that must be done before it, on this host or another: those that change what it was decided from,
   * bring its unit, notify it as a handler, or export what it mounts. What they depend on in turn is left out.
   */
  readonly dependsOn: readonly string[];
  /** SHA-256 of the canonical JSON of `before`. */
  readonly fingerprint: string;
}

export interface UnreadHost {
  readonly host: string;
  readonly reason: string;
}

/** All changes of a plan in order. */
export function planChanges(plan: Pick<Plan, 'stages'>): readonly (Change & { readonly host: string })[] {
  return plan.stages.flatMap(({ hosts }) =>
    hosts.flatMap(({ host, units }) =>
      units.flatMap(({ changes }) => changes.map((change) => ({ ...change, host }))),
    ),
  );
}

/** Whether anything of a host's plan will be carried out: a blocked change stops the whole host. */
export function isBlocked({ units }: HostPlan): boolean {
  return units.some(({ changes }) => changes.some(({ action }) => action === 'blocked'));
}

/** The units of which something will be carried out, without changes that only wait for a later run. */
export function executableUnits({ units }: HostPlan): readonly Unit[] {
  return units
    .map((unit) => ({
      ...unit,
      changes: unit.changes.filter(({ action }) => action !== 'deferred' && action !== 'blocked'),
    }))
    .filter(({ changes }) => changes.length > 0);
}
