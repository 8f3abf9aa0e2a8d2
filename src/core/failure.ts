/** Failures of hosts, as data. */

/**
 * Everything that can fail on a host. Each kind has its own fields only. `report/failure/` turns it into text; exit codes
 * depend on `kind` only.
 */
export type Failure =
  | ConnectFailure
  | { readonly kind: 'lost'; readonly during: string; readonly cause: string }
  | { readonly kind: 'timed-out'; readonly during: string; readonly seconds: number }
  | {
      readonly kind: 'command';
      readonly during: string;
      readonly code: number | null;
      readonly signal: string | null;
      /** The last lines that the step printed, standard output and standard error mixed. */
      readonly output: string;
    }
  /** The host is not as the plan expects. The step left it unchanged. */
  | { readonly kind: 'stale'; readonly during: string; readonly output: string }
  /** The state that was read after the change is not the planned one. */
  | { readonly kind: 'not-as-planned'; readonly resource: string; readonly detail: string }
  /** An answer of the host could not be understood. */
  | { readonly kind: 'protocol'; readonly during: string; readonly detail: string };

/** The step of a failure that happened while the changes were verified: they have been made then. */
export const DURING_VERIFICATION = 'verifying';

/** Why there is no connection. All kinds but `become` count as unreachable. */
export type ConnectFailure =
  | {
      readonly kind: 'unreachable';
      readonly address: string;
      readonly reason: string;
      readonly hint?: string;
    }
  | {
      readonly kind: 'auth';
      readonly address: string;
      readonly user: string;
      readonly tried: readonly string[];
      readonly hint?: string;
    }
  | {
      readonly kind: 'host-key';
      readonly address: string;
      readonly verdict: 'unknown' | 'changed' | 'revoked' | 'unsupported';
      /** `SHA256:…` of the key that the server sent. */
      readonly fingerprint: string;
      readonly hint: string;
      /** The known_hosts file and line with the other key or its revocation. For an unknown key: the file to add it to. */
      readonly file?: string;
      readonly line?: number;
    }
  | { readonly kind: 'become'; readonly user: string; readonly reason: string; readonly hint: string };

/** Whether the host could not be reached (exit code 4) rather than failed (exit code 3). */
export function isUnreachable(failure: Failure): boolean {
  return failure.kind === 'unreachable' || failure.kind === 'auth' || failure.kind === 'host-key';
}
