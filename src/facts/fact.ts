/** What a fact is: the types of things that can be read from hosts. */
import type { JsonObject } from '../core/json.ts';
import type { Frame } from '../shell/frame.ts';

/**
 * A kind of thing that can be read from a host, such as "the content of a file". All questions of one kind to one host
 * become one piece of script, so that the number of forks does not grow with the number of tasks.
 *
 * @typeParam A the question, as plain JSON data: equal data is the same question
 * @typeParam V the answer, as plain JSON data
 */
export interface Fact<A extends JsonObject, V> {
  readonly name: string;
  /** It takes long, and no change of fastboot affects it: it is not asked again after a change. */
  readonly once?: true;
  /**
   * POSIX shell that answers all questions. It changes nothing on the host and never waits for a network mount. It prints
   * frames that begin with `fb NAME …`; `NAME` is the name of the fact.
   */
  readonly script: (questions: readonly A[]) => string;
  /** The answers in the order of the questions. Throws `FactError` where the output cannot be read. */
  readonly parse: (frames: readonly Frame[], questions: readonly A[]) => readonly V[];
}

/** The output of a host that cannot be read. The engine turns it into a failure of kind `protocol`. */
export class FactError extends Error {}

/** One question without its types: resources declare them, and the engine collects them. */
export interface Query {
  readonly fact: Fact<never, unknown>;
  readonly question: JsonObject;
  /** Equal for equal questions. */
  readonly key: string;
}

/** A question with the type of its answer, to read the answer from a `State`. */
export interface TypedQuery<V> extends Query {
  /** Never set: it only carries the type. */
  readonly answer?: V;
}

/** A fact as resources use it: called with a question it gives a query. */
export type FactQuery<A extends JsonObject, V> = ((question: A) => TypedQuery<V>) & {
  readonly fact: Fact<A, V>;
};
