import { canonicalJson, fingerprint } from '../core/json.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Handler, Resource, DesiredState } from '../resources/desired-state.ts';
import { resourceTypes } from '../resources/index.ts';
import type { Plan } from './plan.ts';

export const PLAN_KIND = 'fastboot-plan';

/** A plan in a file: the plan that was shown, what it was decided from, and a digest that shows any later edit. */
export interface SavedPlan extends Plan {
  readonly kind: typeof PLAN_KIND;
  readonly provenance: Provenance;
  /** SHA-256 of all the rest, in canonical JSON. */
  readonly digest: string;
}

/** What a plan was decided from, as far as it is needed to decide it again without inventory and playbook. No secrets. */
export interface Provenance {
  /** Where inventory and playbook were, as absolute paths: if they are there still, they must be the same. */
  readonly files: { readonly inventory: string; readonly playbook: string };
  /** The backend, then all compute nodes of the inventory and Glance's hosts. */
  readonly hosts: readonly SavedHost[];
  /** How the command decided about the pool: the variables of the plays depend on it. */
  readonly derivation: 'apply' | 'remove' | 'gc';
  /** The compute nodes and Glance's hosts that `--limit` chose. */
  readonly selected: readonly string[];
  readonly plays: readonly SavedPlay[];
  /** The facts that each host's desired states were made from, by the names that plays use. */
  readonly facts: Readonly<Record<string, JsonObject>>;
  /** Things whose parameters hold secrets, which are not saved: to carry them out inventory and playbook are needed. */
  readonly needsSecrets: readonly string[];
}

/** A host as the inventory had it, without its variables. */
export type SavedHost = Omit<Host, 'vars'>;

export interface SavedPlay {
  readonly name: string;
  /** A group, a host or `all`. */
  readonly hosts: string;
  /** The variables that it names. */
  readonly names: readonly string[];
  /** What it asks of each host; of those that were blocked nothing is known. */
  readonly desired: Readonly<Record<string, SavedDesiredState>>;
}

/** A `Wish` as data: resource types by their names. */
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

/** Puts a plan and its provenance together. */
export function sealPlan(plan: Plan, provenance: Provenance): SavedPlan {
  const content = JSON.parse(JSON.stringify({ kind: PLAN_KIND, ...plan, provenance })) as Omit<
    SavedPlan,
    'digest'
  >;
  const { kind, ...rest } = content;
  return { kind, digest: digestOf(content), ...rest };
}

/** The digest that a saved plan must have. */
export function digestOf(content: object): string {
  const rest = Object.entries(content as JsonObject).filter(([key]) => key !== 'digest');
  return fingerprint(Object.fromEntries(rest));
}

/** A desired state as data. */
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

/** The desired state again. */
export function loadDesiredState({ groups, handlers }: SavedDesiredState): DesiredState {
  const load = ({ task, type, params, notify }: SavedResource): Resource => {
    const resource = resourceTypes[type];
    if (resource === undefined) throw new Error(`no resource type ${type}`);
    return { task, resource, params, notify };
  };
  return {
    groups: groups.map(({ stopDuring, resources }) => ({ stopDuring, resources: resources.map(load) })),
    handlers: handlers.map((handler): Handler => ({ ...load(handler), enabled: handler.enabled })),
  };
}

/** Whether two pieces of data are the same. */
export function sameData(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
