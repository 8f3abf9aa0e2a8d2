import type { SourceText } from './source.ts';

const secretKey =
  /(?:^|[\s{,?-])["']?[\w.-]*(?:pass|pwd|secret|token|credential|api_?key|private_key(?!_file))[\w.-]*["']?\s*:(?=\s|$)/i;
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

/** Looks upwards through the lines with less and less indentation: the keys that this line is inside of. */
function belongsToSecret(source: SourceText, number: number): boolean {
  let indent = indentOf(source.line(number));
  for (let above = number - 1; above > 0 && above > number - maxLinesBack && indent > 0; above--) {
    const line = source.line(above);
    if (line.trim() === '' || indentOf(line) >= indent) continue;
    if (secretKey.test(line)) return true;
    indent = indentOf(line);
  }
  return false;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
