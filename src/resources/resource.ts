/** What a resource type is, and what it gives to a plan. */
import type { Json, JsonObject } from '../core/json.ts';
import type { Query } from '../facts/fact.ts';
import type { Patch, State } from '../facts/state.ts';

/** `deferred`: only a later run or a reboot can do it safely. `blocked`: it would endanger data, and is never done. */
export type Action = 'create' | 'update' | 'replace' | 'delete' | 'run' | 'deferred' | 'blocked';

/** `restart`: a service is restarted. `io`: a file system is mounted or unmounted while services use its folder. */
export type Risk = 'none' | 'restart' | 'io' | 'blocked';

/** One change of a host, as data. */
export interface ChangeSpec {
  readonly action: Action;
  /** What is there now; null where nothing is. */
  readonly before: Json;
  readonly after: Json;
  /** Why it is planned, for a person: one short clause. */
  readonly reason: string;
  readonly risk: Risk;
  /** A unified text diff where the content of a file changes. */
  readonly diff?: string;
  /** What of `after` is known only after the change, such as the version of a package. */
  readonly unknown?: readonly string[];
  /** For `blocked` and `deferred`: what the operator can do. */
  readonly remedy?: string;
}

/** A change that `diff` found to be necessary, and what is predicted of the host after it. */
export interface Drift extends ChangeSpec {
  readonly predicted: readonly Patch[];
}

/** A drift that is never corrected: that would endanger data, or somebody has to decide. */
export function blockedDrift(before: Json, reason: string, remedy: string): Drift {
  return { action: 'blocked', before, after: null, reason, risk: 'blocked', remedy, predicted: [] };
}

/**
 * A kind of thing that a host should have. All its functions are pure. Every file of this folder with a default export is
 * one resource type.
 *
 * @typeParam P the parameters, after they were validated by `schema`
 */
export interface ResourceType<P extends JsonObject> {
  /** The key of a task in a playbook. */
  readonly type: string;
  /** JSON schema of the parameters. Its descriptions are shown by editors and in the documentation. */
  readonly schema: JsonObject;
  /** How a plan names the thing: a path, the name of a package. */
  readonly label: (params: P) => string;
  /** What must be read from the host before `diff` can decide. */
  readonly queries: (params: P) => readonly Query[];
  /** The drifts between the state and the parameters; none if all is as it should be. */
  readonly diff: (params: P, state: State) => readonly Drift[];
  /**
   * POSIX shell that makes the change. It runs with `set -eu`, with the functions of `shell/prelude.sh`. It first checks
   * that the thing is still as it was when the plan was made, and calls `refuse` if it is not.
   */
  readonly script: (params: P, change: ChangeSpec) => string;
  /**
   * Its script succeeds only if it has proved the change itself. Reading the host again would not show the change, because
   * it is on another host.
   */
  readonly provesItself?: true;
  /** What changes of this type exchange with other hosts. */
  readonly crossHost?: CrossHost<P>;
}

/**
 * What a change exchanges with other hosts. The texts mean something only to the resource types that use them: a need is
 * met by an equal offer of another host.
 */
export interface CrossHost<P extends JsonObject = JsonObject> {
  /** What it gives to other hosts, such as a folder that they can mount. */
  readonly offers?: (params: P) => string | undefined;
  /** What it needs of another host, if this change needs it. */
  readonly needs?: (params: P, change: ChangeSpec) => string | undefined;
  /** The host that it takes something away from: that host must have released it before, without a failure. */
  readonly releases?: (params: P) => string | undefined;
}

/** A resource type as the engine uses it: without the type of its parameters. */
export interface AnyResource {
  readonly type: string;
  readonly schema: JsonObject;
  readonly label: (params: JsonObject) => string;
  readonly queries: (params: JsonObject) => readonly Query[];
  readonly diff: (params: JsonObject, state: State) => readonly Drift[];
  readonly script: (params: JsonObject, change: ChangeSpec) => string;
  readonly provesItself?: true;
  readonly crossHost?: CrossHost;
}

/** Hides the type of the parameters from all but the file of the resource type. */
export function defineResource<P extends JsonObject>(
  resource: ResourceType<P>,
): AnyResource & ResourceType<P> {
  // this is safe because parameters reach a resource only after its schema has validated them
  return resource as unknown as AnyResource & ResourceType<P>;
}
