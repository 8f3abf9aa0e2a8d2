/** What is known of a host. */
import type { Query, TypedQuery } from './fact.ts';

/** Answers by query. It never changes; `with` gives a changed copy. */
export interface State {
  /** The answer to a query. Throws if it was never asked: a resource must declare what it reads. */
  read<V>(query: TypedQuery<V>): V;
  has(query: Query): boolean;
  /** This state with changed answers. So a plan takes along what its changes are predicted to do. */
  with(patches: readonly Patch[]): State;
  /** This state, with the answers of a newer one in place of its own. */
  merge(newer: State): State;
  readonly entries: ReadonlyMap<string, unknown>;
}

/** A predicted answer. */
export interface Patch {
  readonly key: string;
  readonly value: unknown;
}

/** What the answer to a query will be after a change. */
export function predict<V>(query: TypedQuery<V>, value: V): Patch {
  return { key: query.key, value };
}

export function createState(entries: ReadonlyMap<string, unknown>): State {
  return {
    entries,
    read<V>(query: TypedQuery<V>): V {
      if (!entries.has(query.key)) throw new Error(`never read: ${query.key}`);
      return entries.get(query.key) as V;
    },
    has: (query) => entries.has(query.key),
    with: (patches) =>
      patches.length === 0
        ? createState(entries)
        : createState(new Map([...entries, ...patches.map(({ key, value }) => [key, value] as const)])),
    merge: (newer) => createState(new Map([...entries, ...newer.entries])),
  };
}
