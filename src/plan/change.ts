/** A change: what is done to one thing on one host. */
import type { Finding } from '../core/finding.ts';
import { fingerprint } from '../core/json.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../resources/desired-state.ts';
import type { Action, ChangeSpec, Drift } from '../resources/resource.ts';

/** How one drift is corrected. All fields are JSON data, as in `schemas/plan.schema.json`. */
export interface Change extends ChangeSpec {
  /** `host:position`: unique in the plan. The same state gives the same id. */
  readonly id: string;
  /** The name of the task in the playbook. */
  readonly task: string;
  /** Type and label, such as `mount /var/lib/nova/instances/_base`. */
  readonly resource: string;
  /** The type of the resource: a key of `resourceTypes`. */
  readonly type: string;
  /** What it is about, such as `/etc/fstab`. */
  readonly label: string;
  /** The parameters of the task, with every `{{ }}` filled in. */
  readonly params: JsonObject;
  /** Handlers that this change notifies. They run later in the same stage, as changes of their own. */
  readonly notify: readonly string[];
  /**
   * Ids of the changes that must be made first, on this host or another. They change what this one was decided from, its
   * package, what notifies it, or what it needs of another host. What those depend on is left out.
   */
  readonly dependsOn: readonly string[];
  /** SHA-256 of the canonical JSON of `before`. The host is compared with it before the change is made. */
  readonly fingerprint: string;
}

/** Whether a run makes a change with this action. A deferred change waits; a blocked one is never made. */
export function isExecutable(action: Action): boolean {
  return action !== 'deferred' && action !== 'blocked';
}

/** The change that corrects a drift of a resource. */
export function makeChange(
  id: string,
  { task, resource, params, notify }: Resource,
  drift: Drift,
  dependsOn: readonly string[],
): Change {
  const label = resource.label(params);
  const spec = specOf(drift);
  return {
    id,
    task,
    resource: `${resource.type} ${label}`,
    type: resource.type,
    label,
    params,
    notify: isExecutable(spec.action) ? notify : [],
    dependsOn,
    fingerprint: fingerprint(spec.before),
    ...spec,
  };
}

/** All fields of a drift but the prediction, which only the planner needs. */
function specOf(drift: Drift): ChangeSpec {
  const fields = Object.entries(drift).filter(([field]) => field !== 'predicted');
  return Object.fromEntries(fields) as unknown as ChangeSpec;
}

/** A blocking finding as a change that is never made: with it in its plan, the host is not changed at all. */
export function blockingChange(id: string, { check, finding, remedy }: Finding): Change {
  return {
    id,
    task: 'Check the environment',
    resource: `check ${check}`,
    type: 'check',
    label: check,
    params: {},
    notify: [],
    dependsOn: [],
    fingerprint: fingerprint(null),
    action: 'blocked',
    before: null,
    after: null,
    reason: finding,
    risk: 'blocked',
    remedy,
  };
}
