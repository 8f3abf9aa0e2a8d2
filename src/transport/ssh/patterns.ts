/** Pattern lists of OpenSSH. */

/**
 * Whether a name matches a pattern list, see ssh_config(5), PATTERNS: `*`, `?`, and `!` before a pattern that excludes the
 * names that match it. Upper and lower case are the same.
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
