/** A saved plan: the plan in a file, with all that is needed to apply it later. */
import { canonicalJson, fingerprint } from '../core/json.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Handler, Resource, DesiredState } from '../resources/desired-state.ts';
import { resourceTypes } from '../resources/index.ts';
import type { Plan } from './plan.ts';

export const PLAN_KIND = 'fastboot-plan';

/** The plan, what it was decided from, and a digest that reveals any later edit. */
export interface SavedPlan extends Plan {
  readonly kind: typeof PLAN_KIND;
  readonly provenance: Provenance;
  /** SHA-256 of all other fields, in canonical JSON. */
  readonly digest: string;
}

/** What a plan was decided from: enough to decide it again without inventory and playbook. It holds no secrets. */
export interface Provenance {
  /** The absolute paths of inventory and playbook. If the files still exist, they must be unchanged. */
  readonly files: { readonly inventory: string; readonly playbook: string };
  /** The backend, then all compute nodes and the hosts of Glance. */
  readonly hosts: readonly SavedHost[];
  /** How the command decided about the pool: the variables of the plays depend on it. */
  readonly derivation: 'apply' | 'remove' | 'gc';
  /** The compute nodes and hosts of Glance that `--limit` chose. */
  readonly selected: readonly string[];
  readonly plays: readonly SavedPlay[];
  /** By host: the facts that its desired state was made from, by the names that the plays use. */
  readonly facts: Readonly<Record<string, JsonObject>>;
  /** Resources whose parameters hold secrets. Secrets are not saved, so applying these needs inventory and playbook. */
  readonly needsSecrets: readonly string[];
}

/** A host as in the inventory, without its variables. */
export type SavedHost = Omit<Host, 'vars'>;

export interface SavedPlay {
  readonly name: string;
  /** A group, a host or `all`. */
  readonly hosts: string;
  /** The variables that the play uses. */
  readonly names: readonly string[];
  /** By host: its desired state. A blocked host has none. */
  readonly desired: Readonly<Record<string, SavedDesiredState>>;
}

/** A desired state as JSON data: it names the resource types instead of holding them. */
export interface SavedDesiredState {
  readonly groups: readonly {
    readonly stopDuring: string | null;
    readonly resources: readonly SavedResource[];
  }[];
  readonly handlers: readonly SavedHandler[];
}

export interface SavedResource {
  readonly task: string;
  readonly type: string;
  readonly params: JsonObject;
  readonly notify: readonly string[];
}

export interface SavedHandler extends SavedResource {
  readonly enabled: boolean;
}

/** Makes a saved plan of a plan and its provenance. */
export function sealPlan(plan: Plan, provenance: Provenance): SavedPlan {
  const content = JSON.parse(JSON.stringify({ kind: PLAN_KIND, ...plan, provenance })) as Omit<
    SavedPlan,
    'digest'
  >;
  const { kind, ...rest } = content;
  return { kind, digest: digestOf(content), ...rest };
}

/** The digest that a saved plan with this content has. */
export function digestOf(content: object): string {
  const rest = Object.entries(content as JsonObject).filter(([key]) => key !== 'digest');
  return fingerprint(Object.fromEntries(rest));
}

/** Turns a desired state into JSON data. */
export function saveDesiredState({ groups, handlers }: DesiredState): SavedDesiredState {
  const save = ({ task, resource, params, notify }: Resource): SavedResource => ({
    task,
    type: resource.type,
    params,
    notify,
  });
  return {
    groups: groups.map(({ stopDuring, resources }) => ({ stopDuring, resources: resources.map(save) })),
    handlers: handlers.map((handler) => ({ ...save(handler), enabled: handler.enabled })),
  };
}

/** Turns JSON data back into a desired state. Throws for an unknown resource type. */
export function loadDesiredState({ groups, handlers }: SavedDesiredState): DesiredState {
  const load = ({ task, type, params, notify }: SavedResource): Resource => {
    const resource = resourceTypes[type];
    if (resource === undefined) throw new Error(`unknown resource type: ${type}`);
    return { task, resource, params, notify };
  };
  return {
    groups: groups.map(({ stopDuring, resources }) => ({ stopDuring, resources: resources.map(load) })),
    handlers: handlers.map((handler): Handler => ({ ...load(handler), enabled: handler.enabled })),
  };
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function sameData(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
