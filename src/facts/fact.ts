import type { JsonObject } from '../core/json.ts';
import type { Frame } from '../shell/frame.ts';

/**
 * A kind of thing that can be read from a host, such as "the content of a file". All questions of one kind to one host
 * become one piece of script, so that the number of forks does not grow with the number of tasks.
 *
 * @typeParam A what is asked for: plain JSON data, the same data is the same question
 * @typeParam V the answer: plain JSON data
 */
export interface Fact<A extends JsonObject, V> {
  readonly name: string;
  /** Dear to ask, and not changed by fastboot: it is not asked again to see what came out of a change. */
  readonly once?: true;
  /**
   * POSIX sh that answers all questions, changes nothing on the host and never waits for a network mount. It starts
   * frames with `fb NAME …`; `NAME` is the fact's.
   */
  readonly script: (questions: readonly A[]) => string;
  /** The answers in the order of the questions; throws `FactError` where the output makes no sense. */
  readonly parse: (frames: readonly Frame[], questions: readonly A[]) => readonly V[];
}

/** A host's output that cannot be understood; the engine turns it into a `protocol` failure. */
export class FactError extends Error {}

/** One question, without its types: what a resource declares and the engine collects. */
export interface Query {
  readonly fact: Fact<never, unknown>;
  readonly question: JsonObject;
  /** Equal for equal questions. */
  readonly key: string;
}

/** A typed handle on one answer in a `State`. */
export interface TypedQuery<V> extends Query {
  /** Never set; carries the type. */
  readonly answer?: V;
}

/** A fact as resources use it: call it with a question to get a query. */
export type FactQuery<A extends JsonObject, V> = ((question: A) => TypedQuery<V>) & {
  readonly fact: Fact<A, V>;
};
