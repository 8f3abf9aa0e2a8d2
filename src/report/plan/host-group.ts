/** A group of hosts with the same changes, as all forms of a plan show it. */
import type { Change } from '../../plan/change.ts';
import type { NonEmpty } from '../../core/group-by.ts';
import type { Variant } from './per-host-details.ts';

/** Hosts with the same changes. The details of a change may differ from host to host. */
export interface HostGroup {
  readonly hosts: readonly string[];
  readonly changes: readonly ShownChange[];
  /** A larger group with nearly the same changes, and how this group differs from it. */
  readonly like: Likeness | null;
}

export interface Likeness {
  /** The hosts of the larger group. */
  readonly hosts: readonly string[];
  /** Changes that only the larger group has. */
  readonly lacks: readonly ShownChange[];
  /** Changes that only this group has, or that it makes in another way. */
  readonly adds: readonly ShownChange[];
}

/** One change of all hosts of a group. */
export interface ShownChange extends Pick<Change, 'action' | 'type' | 'label' | 'task' | 'risk'> {
  /** The service that is stopped before this change; null where none is. */
  readonly stops: string | null;
  /** How the details of the hosts differ, the most frequent variant first. */
  readonly variants: NonEmpty<Variant>;
}
