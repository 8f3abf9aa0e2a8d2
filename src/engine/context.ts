/** What a run works with. */
import type { Emit } from '../core/event.ts';
import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { Signature } from '../plan/compile.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import type { Play, Playbook } from '../playbook/playbook.ts';
import type { Derivation } from '../pool/derivation.ts';
import type { ResolveError } from '../playbook/resolve.ts';
import type { DesiredState } from '../resources/desired-state.ts';
import type { Target, Transport } from '../transport/transport.ts';

/** Clocks, randomness and cancellation come from outside, so that tests can replay a run. */
export interface RunContext {
  readonly inventory: Inventory;
  readonly playbook: Playbook;
  /** How the command decides about the pool. */
  readonly derivation: Derivation;
  /** The desired state of a host by one play: filled in from the playbook, or as in a saved plan. */
  readonly resolve: (play: Play, host: Host, facts: JsonObject) => Result<DesiredState, ResolveError>;
  /** The compute nodes and hosts of Glance that this run reads and changes. The backend always takes part. */
  readonly selected: readonly Host[];
  /** The host pattern of `--limit`, or null. */
  readonly limit: string | null;
  readonly transport: Transport;
  readonly targetOf: (host: Host) => Target;
  /** How many hosts are worked on at the same time. */
  readonly forks: number;
  /** A host that is silent for this long has timed out. */
  readonly taskTimeoutSeconds: number;
  /** How long to wait for another run to end. */
  readonly lockTimeoutSeconds: number;
  readonly emit: Emit;
  /** Aborted by the first Ctrl-C: nothing new is started. */
  readonly stop: AbortSignal;
  /** Aborted by the second Ctrl-C: connections are closed. */
  readonly kill: AbortSignal;
  /** Seconds, by a clock that cannot jump. */
  readonly now: () => number;
  /** Unix seconds. */
  readonly wallNow: () => number;
  /** A new word that nobody can guess. */
  readonly nonce: () => string;
  readonly version: string;
  readonly signature: Signature;
}

/** The hosts of a run, the backend first. */
export function participants(context: RunContext): readonly Host[] {
  return [context.inventory.backend, ...context.selected];
}
