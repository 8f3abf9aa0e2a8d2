/** Ends a `switch` over all cases: the compiler refuses the call where a case was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
