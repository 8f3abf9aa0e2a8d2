/** Masks secrets line by line, by the names beside them. A value may continue in the next lines. */
import { findSecrets, holdsSecret, isPathOfSecret } from './secret-names.ts';
import { closingQuote, endOfValue } from './value-end.ts';

/** What is shown in place of a secret. */
export const MASK = '********';

const KEY_BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const KEY_END = '-----END';

/** The password in `scheme://user:password@host`, also of the further hosts of a list; not the port in `host:8080`. */
export const URL_PASSWORD =
  /((?:\/\/|,)[^\s:@/,'"]*:)(?!\d+(?:[/?#,\s'"]|$))[^\s'"]{1,512}?(?=@[\w.\-[\]]+(?::\d+)?(?=[/?#,;)}\s'"\\]|$)(?![^\s'",]{0,512}?@))/g;

const XML_ELEMENT = /(<([\w.:-]+)(?:\s[^<>]*)?>)[^<]+/g;

/** A line from the middle of a private key: a diff may begin there. */
const KEY_LINE = /^\s*(?=[^\s]*[A-Z])(?=[^\s]*[g-z])[A-Za-z0-9+/]{60,}={0,2}$/;

/** Up to where a secret continues in the next lines. */
type Open =
  | { readonly until: 'quote'; readonly quote: string }
  | { readonly until: 'end of key' }
  /** All lines that are indented more than the name; with `list` also items of a list below it. */
  | { readonly until: 'less indented'; readonly indent: number; readonly list: boolean };

/** What may be before the name where a line is one assignment only, also in a comment or a list. */
const WHOLE_LINE = /^(?:\s*(?:[#;-]\s*)*(?:export\s+)?(?:\\*["'])?)$/;

/** Masks one line after the other, and remembers what goes on in the next one. */
export function createLineMask(): (line: string) => string {
  let open: Open | undefined;
  let continued = false;
  return (line) => {
    // after a backslash the value continues, however the next line is indented
    const goesOn = continued;
    continued = false;
    if (open !== undefined) {
      if (line.trim() === '') return line;
      const inside = open;
      if (goesOn || isInside(inside, line)) {
        if (endsIn(inside, line)) open = undefined;
        else continued = line.endsWith('\\');
        return indentOf(line) + MASK;
      }
      open = undefined;
    }
    const masked = maskLine(line);
    open = masked.open;
    continued = open !== undefined && line.endsWith('\\');
    return masked.text;
  };
}

const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? '';

function isInside(open: Open, line: string): boolean {
  if (open.until !== 'less indented') return true;
  const indent = indentOf(line).length;
  return indent > open.indent || (open.list && indent === open.indent && /^\s*-\s/.test(line));
}

function endsIn(open: Open, line: string): boolean {
  if (open.until === 'quote') return closingQuote(line, 0, open.quote) !== undefined;
  return open.until === 'end of key' && line.includes(KEY_END);
}

interface MaskedLine {
  readonly text: string;
  readonly open?: Open | undefined;
}

function maskLine(line: string): MaskedLine {
  const key = maskKey(line);
  if (key !== undefined) return key;
  if (KEY_LINE.test(line)) return { text: indentOf(line) + MASK };
  const readable = maskXml(line.includes('@') ? line.replace(URL_PASSWORD, `$1${MASK}`) : line);
  let text = '';
  let from = 0;
  let open: Open | undefined;
  for (const place of findSecrets(readable)) {
    if (place.value < from) continue;
    const whole = WHOLE_LINE.test(readable.slice(0, place.start));
    const value = endOfValue(readable, place, whole);
    const indent = indentOf(readable).length;
    const list = value.end === place.value;
    if (whole) open = { until: 'less indented', indent, list };
    if (list || isPathOfSecret(place.name, readable.slice(place.value, value.end))) continue;
    text += readable.slice(from, place.value) + MASK;
    from = value.end;
    if (value.open === 'bracket') open = { until: 'less indented', indent, list: false };
    else if (value.open !== undefined) open = { until: 'quote', quote: value.open };
  }
  return { text: text + readable.slice(from), open };
}

/** A line in which a private key begins; it may end in the same line. */
function maskKey(line: string): MaskedLine | undefined {
  const begin = KEY_BEGIN.exec(line);
  if (begin === null) return undefined;
  const from = begin.index + begin[0].length;
  const end = line.indexOf(KEY_END, from);
  if (end >= 0) return { text: line.slice(0, from) + MASK + line.slice(end) };
  const text = line.slice(from).trim() === '' ? line : line.slice(0, from) + MASK;
  return { text, open: { until: 'end of key' } };
}

function maskXml(line: string): string {
  return line.replace(XML_ELEMENT, (whole, tag: string, name: string) =>
    holdsSecret(name) ? tag + MASK : whole,
  );
}
