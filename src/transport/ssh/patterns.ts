/**
 * Whether a name matches a pattern list of OpenSSH (ssh_config(5), PATTERNS): `*` and `?`, and `!` in front of a
 * pattern whose match rules the name out. Letter case does not matter.
 */
export function matchesPatterns(patterns: readonly string[], name: string): boolean {
  const text = name.toLowerCase();
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), text))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern, text));
}

function matches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern.toLowerCase() === text;
  const source = pattern
    .toLowerCase()
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
