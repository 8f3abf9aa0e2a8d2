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

/** What a run works with. Clocks, randomness and cancellation come from outside, so that a run can be replayed. */
export interface RunContext {
  readonly inventory: Inventory;
  readonly playbook: Playbook;
  /** How the command decides about the pool. */
  readonly derivation: Derivation;
  /** What a play asks of a host: filled in from the playbook, or as a saved plan has it. */
  readonly resolve: (play: Play, host: Host, facts: JsonObject) => Result<DesiredState, ResolveError>;
  /** The compute nodes and Glance's hosts that this run may read and change; the backend always takes part. */
  readonly selected: readonly Host[];
  /** The pattern of `--limit`, or null. */
  readonly limit: string | null;
  readonly transport: Transport;
  readonly targetOf: (host: Host) => Target;
  readonly forks: number;
  readonly taskTimeoutSeconds: number;
  /** For how long to wait for another run to end. */
  readonly lockTimeoutSeconds: number;
  readonly emit: Emit;
  /** Aborted by the first Ctrl-C: nothing new is begun. */
  readonly stop: AbortSignal;
  /** Aborted by the second: channels are closed. */
  readonly kill: AbortSignal;
  /** Seconds, from a clock that cannot jump. */
  readonly now: () => number;
  /** Seconds since 1970. */
  readonly wallNow: () => number;
  /** A fresh word that nobody can guess. */
  readonly nonce: () => string;
  readonly version: string;
  readonly signature: Signature;
}

/** The hosts of a run: the backend first. */
export function participants(context: RunContext): readonly Host[] {
  return [context.inventory.backend, ...context.selected];
}
