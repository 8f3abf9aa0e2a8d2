import type { JsonObject } from '../core/json.ts';

/** Plays as written, before any `{{ }}` is filled in. */
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
  /** The variables that it names, such as `pool.gid`, sorted. */
  readonly names: readonly string[];
  readonly place: Place;
}

export type TaskNode = Task | Block;

export interface Task {
  readonly kind: 'task';
  readonly name: string;
  /** A resource type. */
  readonly type: string;
  /** May hold `{{ }}`. */
  readonly params: JsonObject;
  /** Parameters that are taken as they are, such as the content of a `src` file. */
  readonly literals: JsonObject;
  /** All must hold. */
  readonly when: readonly string[];
  /** A list, or a text that names one; undefined without `loop`. */
  readonly loop: readonly unknown[] | string | undefined;
  readonly notify: readonly string[];
  readonly place: Place;
}

/** Tasks whose changes are one atomic unit. */
export interface Block {
  readonly kind: 'block';
  readonly name: string;
  readonly when: readonly string[];
  /** The systemd unit that rests while changes with risk `io` are made; may hold `{{ }}`; null for none. */
  readonly stopDuring: string | null;
  readonly tasks: readonly Task[];
  readonly place: Place;
}

/** Where something stands, for messages. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
