/** What is shown of a failure. All texts have been made visible. */

export interface FailureText {
  /** What happened, in one clause, without the name of the host. */
  readonly what: string;
  readonly why: readonly string[];
  /** The last lines that the step printed. */
  readonly output: readonly string[];
  readonly whatToDo: readonly Advice[];
  /** What was not changed, or is safe. */
  readonly untouched: string;
}

/** Something to do, perhaps with a command to copy. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}
