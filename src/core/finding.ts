/** A finding: what a check of the environment has to say about one host. */
import type { JsonObject } from './json.ts';

/**
 * A finding about the environment, made before anything changes. Two findings say the same when check, code and fields
 * are equal; the two sentences are made from the fields, so they are for people only.
 */
export interface Finding {
  readonly host: string;
  /** The name of the check that made it, such as `clock`. */
  readonly check: string;
  /** What kind of finding of that check it is, such as `skewed`. */
  readonly code: string;
  /**
   * `block`: nothing is changed on this host. `warning`: something should be corrected. `unknown`: the check could not
   * tell. `notice`: good to know.
   */
  readonly severity: 'block' | 'warning' | 'unknown' | 'notice';
  /** All that varies in the sentences, as data: names, paths, counts in bytes, seconds or files. */
  readonly fields: JsonObject;
  /** What was found. */
  readonly finding: string;
  /** What the operator can do about it. */
  readonly remedy: string;
}
