import type { Json, JsonObject } from '../core/json.ts';
import type { Query } from '../facts/fact.ts';
import type { Patch, State } from '../facts/state.ts';

/** `deferred`: wanted, but only a later run or a reboot can do it safely; `blocked`: would endanger data, never done. */
export type Action = 'create' | 'update' | 'replace' | 'delete' | 'run' | 'deferred' | 'blocked';

/** `restart`: a service is restarted; `io`: a file system appears or goes away under its users. */
export type Risk = 'none' | 'restart' | 'io' | 'blocked';

/** One change that a host needs to be as it should be, as data. */
export interface ChangeSpec {
  readonly action: Action;
  /** What is there now, null where nothing is. */
  readonly before: Json;
  readonly after: Json;
  /** Why this is planned, for a person: one short clause. */
  readonly reason: string;
  readonly risk: Risk;
  /** A unified text diff where the content of a file changes. */
  readonly diff?: string;
  /** What of `after` only the change itself will tell, such as the version of a package. */
  readonly unknown?: readonly string[];
  /** For `blocked` and `deferred`: what the operator can do. */
  readonly remedy?: string;
}

/** What `diff` finds, with what the host's state will be once the change is made. */
export interface Drift extends ChangeSpec {
  readonly predicted: readonly Patch[];
}

/** A drift that is never corrected: that would endanger data, or needs a person's decision. */
export function blockedDrift(before: Json, reason: string, remedy: string): Drift {
  return { action: 'blocked', before, after: null, reason, risk: 'blocked', remedy, predicted: [] };
}

/**
 * A kind of thing that a host should have. Five parts, in the same order in every file: parameters, queries, diff,
 * script, label. All are pure.
 *
 * @typeParam P the parameters as `schema` has proved them
 */
export interface ResourceType<P extends JsonObject> {
  /** The key of a task in a playbook. */
  readonly type: string;
  /** JSON schema of the parameters, with descriptions: editors and the validator use the same. */
  readonly schema: JsonObject;
  /** The thing itself, in few words: a path, a package's name. */
  readonly label: (params: P) => string;
  /** What must be read from the host before `diff` can decide. */
  readonly queries: (params: P) => readonly Query[];
  /** The drifts between the state and the parameters; empty when all is as it should be. */
  readonly diff: (params: P, state: State) => readonly Drift[];
  /**
   * POSIX sh that makes the change; runs under `set -eu` with the functions of `shell/prelude.ts`. It checks first
   * that the thing is still as it was when the plan was made, and calls `refuse` where it is not.
   */
  readonly script: (params: P, change: ChangeSpec) => string;
  /**
   * Its script ends well only when the change is proved, and reading this host again cannot show it: what it made is on
   * another one.
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

/** A resource type without the type of its parameters, as the engine uses it. */
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

/** Keeps the parameter type inside the resource's own file; the schema has checked the parameters before. */
export function defineResource<P extends JsonObject>(
  resource: ResourceType<P>,
): AnyResource & ResourceType<P> {
  // sound because parameters reach a resource only after validation against its schema
  return resource as unknown as AnyResource & ResourceType<P>;
}
