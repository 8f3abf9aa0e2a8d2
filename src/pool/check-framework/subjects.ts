/** What each check gets to look at. */
import type { Finding } from '../../core/finding.ts';
import type { Decisions } from '../decisions/pool-decisions.ts';
import type { CleanupNode } from '../gc/cleanup-node.ts';
import type { Backend, Client, ComputeNode, Controller, Node } from '../nodes/node.ts';
import type { DepartingNode } from '../remove/departing-node.ts';
import type { PoolFacts } from '../pool-facts.ts';
import type { Place } from './check.ts';

/** One host, and the pool that it belongs to. */
export interface HostSubject<N extends Node> {
  readonly node: N;
  readonly pool: PoolFacts;
}

export interface PoolSubject {
  readonly pool: PoolFacts;
  readonly decisions: Decisions;
}

/** What the checks get, by what they are `on`. */
export interface Subjects extends Record<Place, object> {
  readonly host: HostSubject<Node>;
  readonly backend: HostSubject<Backend>;
  readonly client: HostSubject<Client>;
  readonly compute: HostSubject<ComputeNode>;
  readonly controller: HostSubject<Controller>;
  readonly pool: PoolSubject;
  /** `findings`: those of all other checks. */
  readonly outcome: PoolSubject & { readonly findings: readonly Finding[] };
  readonly departing: DepartingNode;
  readonly cleanup: CleanupNode;
}
