import type { SourceText } from './source.ts';

const secretKey =
  /(?:^|[\s{,?-])["']?[\w.-]{0,64}(?:pass|pwd|secret|token|credential|api_?key|private_key(?!_file))[\w.-]{0,64}(?:["']\s{0,64}:|\s{0,64}:(?=[\s"']|$))/i;
const mask = '********';
const maxLinesBack = 300;

/** Whether a variable of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretKey.test(`${name}:`);
}

/**
 * A line of the file as it may be shown: what stands behind a key that names a secret is masked, and so is a line that
 * belongs to such a key's value. It looks at text only, so it also holds where the YAML is broken.
 */
export function maskSecrets(source: SourceText, number: number): string {
  const line = source.line(number);
  const match = secretKey.exec(line);
  if (match !== null) {
    const end = match.index + match[0].length;
    return line.slice(end).trim() === '' ? line : `${line.slice(0, end)} ${mask}`;
  }
  return belongsToSecret(source, number) ? `${/^\s*/.exec(line)?.[0] ?? ''}${mask}` : line;
}

/**
 * Looks upwards through the lines with less and less indentation, the keys that this line is inside of; for a line
 * without a key of its own, up to the nearest line with one, however the lines are indented.
 */
function belongsToSecret(source: SourceText, number: number): boolean {
  let indent = indentOf(source.line(number));
  let keySeen = anyKey.test(source.line(number));
  for (let above = number - 1; above > 0 && above > number - maxLinesBack; above--) {
    const line = source.line(above);
    const nearestKey = !keySeen && anyKey.test(line);
    keySeen ||= nearestKey;
    if (line.trim() === '' || (indentOf(line) >= indent && !nearestKey)) continue;
    if (secretKey.test(line)) return true;
    indent = Math.min(indent, indentOf(line));
    if (indent === 0 && keySeen) return false;
  }
  return false;
}

const anyKey = /^[\s-]*["']?[\w.]{1,64}[\w.-]{0,64}["']?\s{0,64}:(?:\s|$)/;

const indentOf = (line: string): number => line.length - line.trimStart().length;
