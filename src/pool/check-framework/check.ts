/** What a check of the environment is, as the pool runs it. `define.ts` says how one is written. */
import type { Finding } from '../../core/finding.ts';
import type { Query } from '../../facts/fact.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';

/**
 * One kind of finding. Both sentences are made from the fields alone, so that a plan can be compared by the fields.
 * Neither begins with a capital letter nor ends with a full stop.
 */
export interface FindingKind<Fields> {
  readonly severity: Finding['severity'];
  /** What was found: what is wrong, and what follows from it. */
  readonly say: (fields: Fields) => string;
  /** What the operator can do about it, and where nothing was touched, that too. */
  readonly fix: (fields: Fields) => string;
}

/** The kinds of findings of one check, by their codes. */
export type FindingKinds = Readonly<Record<string, FindingKind<never>>>;

/**
 * What a check looks at.
 *
 * - `host`: each host that was read; `backend`, `client`, `compute`, `controller`: each of that role.
 * - `pool`: all hosts together, with what was decided about them.
 * - `outcome`: all hosts as they will be when the run is over, after all other checks.
 * - `departing`: each compute node that `remove` takes out; `cleanup`: each whose underlying files `gc` may free.
 */
export type Place =
  'host' | 'backend' | 'client' | 'compute' | 'controller' | 'pool' | 'outcome' | 'departing' | 'cleanup';

/** A check without its types. */
export interface AnyCheck {
  /** A stable short name, the same as the file's, such as `clock`. */
  readonly name: string;
  /** What it is good for: one sentence for the documentation. */
  readonly about: string;
  readonly on: Place;
  readonly findings: FindingKinds;
  /** What it must know of a host that it looks at, beside what `nodes/` reads of every host. */
  readonly queries: (host: Host, inventory: Inventory) => readonly Query[];
  /** Takes what `on` says; `run.ts` gives it just that. */
  readonly judge: (subject: never) => readonly Finding[];
}
