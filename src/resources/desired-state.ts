import type { JsonObject } from '../core/json.ts';
import type { Query } from '../facts/fact.ts';
import type { AnyResource } from './resource.ts';

/** One thing that a host should have: a task with every value filled in. */
export interface Resource {
  readonly task: string;
  readonly resource: AnyResource;
  readonly params: JsonObject;
  readonly notify: readonly string[];
}

/** Resources whose changes are one atomic unit. */
export interface ResourceGroup {
  readonly stopDuring: string | null;
  readonly resources: readonly Resource[];
}

/** What one play asks of one host. */
export interface DesiredState {
  readonly groups: readonly ResourceGroup[];
  readonly handlers: readonly Handler[];
}

export interface Handler extends Resource {
  /** Whether a notification of this run counts; a handler pending from an earlier run is run in any case. */
  readonly enabled: boolean;
}

/** All that must be read from a host to decide about a desired state. */
export function desiredQueries(desired: DesiredState): readonly Query[] {
  const resources = [...desired.groups.flatMap((group) => group.resources), ...desired.handlers];
  return resources.flatMap(({ resource, params }) => resource.queries(params));
}
