/** Playbooks as data, before any `{{ }}` is filled in. */
import type { JsonObject } from '../core/json.ts';

/** A playbook as it is written. */
/** A play: tasks for some hosts. */
export interface Playbook {
  readonly file: string;
  /** SHA-256 in hex of everything that was read: plays, files and templates. */
  readonly digest: string;
  readonly plays: readonly Play[];
}

export interface Play {
  readonly name: string;
  /** A group, a host or `all`. */
  readonly hosts: string;
  readonly vars: JsonObject;
  readonly tasks: readonly TaskNode[];
  readonly handlers: readonly Task[];
  /** The variables that the play names, such as `pool.gid`, sorted. */
  readonly names: readonly string[];
  readonly place: Place;
}

/** What a list of tasks consists of. */
export type TaskNode = Task | Block;

/** A task: one resource, and when it applies. */
export interface Task {
  readonly kind: 'task';
  readonly name: string;
  /** A resource type. */
  readonly type: string;
  /** Texts in it may have `{{ }}`. */
  readonly params: JsonObject;
  /** Parameters in which no `{{ }}` is filled in, such as the content of a `src` file. */
  readonly literals: JsonObject;
  /** All conditions must be met. */
  readonly when: readonly string[];
  /** A list, or the name of one; undefined without `loop`. */
  readonly loop: readonly unknown[] | string | undefined;
  readonly notify: readonly string[];
  readonly place: Place;
}

/** Tasks whose changes belong together: a host finishes all of them once it has begun. */
export interface Block {
  readonly kind: 'block';
  readonly name: string;
  readonly when: readonly string[];
  /** The systemd unit that is stopped while changes with risk `io` are made; it may have `{{ }}`; null for none. */
  readonly stopDuring: string | null;
  readonly tasks: readonly Task[];
  readonly place: Place;
}

/** A place in a file, for messages. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
