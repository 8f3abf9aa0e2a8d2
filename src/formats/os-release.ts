/** os-release(5): which distribution a host runs. */

/** The values of a file by their names, such as `ID`. Quotes are taken off, and what they escape is resolved. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, unquote(value)] as const];
    }),
  );
}

/** As a shell reads a value: within double quotes a backslash escapes `"`, `$`, `\` and a backquote. */
function unquote(value: string): string {
  if (/^'.*'$/s.test(value)) return value.slice(1, -1);
  return /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(["$\\`])/g, '$1') : value;
}
