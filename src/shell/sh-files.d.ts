/** A shell script as text. `scripts/shell-text.mjs` makes it one, without comments and blank lines. */
declare module '*.sh' {
  const text: string;
  export default text;
}
