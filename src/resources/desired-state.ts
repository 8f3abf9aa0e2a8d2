/** What a play asks of a host, as resources. */
import type { JsonObject } from '../core/json.ts';
import type { Query } from '../facts/fact.ts';
import type { AnyResource } from './resource.ts';

/** One thing that a host should have: a task with all its values filled in. */
export interface Resource {
  readonly task: string;
  readonly resource: AnyResource;
  readonly params: JsonObject;
  readonly notify: readonly string[];
}

/** Resources whose changes are one unit: a host finishes all of them, also when the run is interrupted. */
export interface ResourceGroup {
  /** A service that is stopped meanwhile. */
  readonly stopDuring: string | null;
  readonly resources: readonly Resource[];
}

/** All resources that one play asks of one host. */
export interface DesiredState {
  readonly groups: readonly ResourceGroup[];
  readonly handlers: readonly Handler[];
}

export interface Handler extends Resource {
  /** Whether it runs if this run notifies it. A handler that is pending from an earlier run runs in any case. */
  readonly enabled: boolean;
}

/** All that must be read from a host to compare it with its desired state. */
export function desiredQueries(desired: DesiredState): readonly Query[] {
  const resources = [...desired.groups.flatMap((group) => group.resources), ...desired.handlers];
  return resources.flatMap(({ resource, params }) => resource.queries(params));
}
