/** What makes a saved plan stale, as data. */

/** One thing that has changed since a plan was made. */
export interface Difference {
  /** Null where it is about no host, such as the inventory. */
  readonly host: string | null;
  /** What has changed, such as `file /etc/fstab`. */
  readonly item: string;
  /** As it was when the plan was made. */
  readonly then: string;
  readonly now: string;
}
