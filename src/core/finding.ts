/** A finding about the environment, made before anything changes. */
export interface Finding {
  readonly host: string;
  /** A stable short name such as `clock` or `nfs-port`. */
  readonly check: string;
  /** `block`: this host's stage is not carried out; `unknown`: it could not be told; `notice`: good to know. */
  readonly severity: 'block' | 'warning' | 'unknown' | 'notice';
  readonly finding: string;
  readonly remedy: string;
}
