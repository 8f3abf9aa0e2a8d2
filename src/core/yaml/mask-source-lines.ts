/** Masks secrets in the lines of a YAML file that a message shows. It looks at text only, so it works where the YAML is broken. */
import { createLineMask, MASK } from '../secrets/mask-lines.ts';
import { maskSecrets } from '../secrets/mask.ts';
import { findSecrets } from '../secrets/secret-names.ts';

/** A line with a key at its beginning. */
const KEY = /^[\s-]*["']?[\w.][\w.-]*["']?\s*:(?:\s|$)/;

/** Longer lines are not looked through, and never shown. */
export const MAX_SHOWN_LINE = 100_000;

/**
 * The lines of a file as they may be shown. After the name of a secret, the rest of the line is masked, and so is every line
 * that belongs to the value: lines that are indented more, and lines without a key.
 */
export function maskYamlLines(lines: readonly string[]): readonly string[] {
  const generic = createLineMask();
  let open: { readonly indent: number; readonly isEmpty: boolean } | undefined;
  return lines.map((line) => {
    if (line.length > MAX_SHOWN_LINE) return MASK;
    if (open !== undefined) {
      if (line.trim() === '') return line;
      if (isInside(open, line)) return spaces(line) + MASK;
      open = undefined;
    }
    const [secret] = findSecrets(line);
    if (secret === undefined) return generic(line);
    const rest = line.slice(secret.value).trim();
    const lead = /^[\s-]*["']?/.exec(line)?.[0] ?? '';
    // the key's own column in `- password: x`
    open = {
      indent: lead.length === secret.start ? lead.replace(/["']$/, '').length : spaces(line).length,
      isEmpty: rest === '',
    };
    const name = maskSecrets(line.slice(0, secret.start)) + line.slice(secret.start, secret.value);
    return rest === '' ? line : `${name.trimEnd()} ${MASK}`;
  });
}

function isInside({ indent, isEmpty }: { indent: number; isEmpty: boolean }, line: string): boolean {
  const own = spaces(line).length;
  return own > indent || !KEY.test(line) || (isEmpty && own === indent && /^\s*-\s/.test(line));
}

const spaces = (line: string): string => /^\s*/.exec(line)?.[0] ?? '';
