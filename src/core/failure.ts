/**
 * Everything that can go wrong on a host, as data: one case each with just its own fields. The text a person reads is
 * made in `report/`; exit codes are made from `kind` alone.
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
      /** The last lines that the step printed, standard output and error mixed. */
      readonly output: string;
    }
  /** The remote script found the host in another state than the plan was made from, and changed nothing of that thing. */
  | { readonly kind: 'stale'; readonly during: string; readonly output: string }
  /** After the change the state was read again, and it is not as planned. */
  | { readonly kind: 'not-as-planned'; readonly resource: string; readonly detail: string }
  /** The host's answer to a probe could not be understood. */
  | { readonly kind: 'protocol'; readonly during: string; readonly detail: string };

/** The step of a failure that happened while the changes were verified: they have been made then. */
export const DURING_VERIFICATION = 'verifying';

/** Why there is no connection; all but `become` count as unreachable. */
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
      /** `SHA256:…` of the key that the server showed. */
      readonly fingerprint: string;
      readonly hint: string;
      /** The known_hosts file that holds the other key or its revocation, and the line there; for an unknown key where it would stand. */
      readonly file?: string;
      readonly line?: number;
    }
  | { readonly kind: 'become'; readonly user: string; readonly reason: string; readonly hint: string };

/** Whether a failure means that the host could not be reached at all (exit code 4), rather than failed (3). */
export function isUnreachable(failure: Failure): boolean {
  return failure.kind === 'unreachable' || failure.kind === 'auth' || failure.kind === 'host-key';
}
