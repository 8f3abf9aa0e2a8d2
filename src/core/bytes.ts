/**
 * Files on hosts are bytes, and what fastboot does not own in them must come back byte for byte. Bytes that are not
 * UTF-8 are carried through JavaScript strings as lone surrogates U+DC80..U+DCFF, as Python's "surrogateescape" does.
 */
const ESCAPE = 0xdc00;

/** Bytes to text; invalid UTF-8 becomes lone surrogates, so that `encodeBytes` gives the same bytes back. */
export function decodeBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let result = '';
  let validFrom = 0;
  for (let position = 0; position < bytes.length;) {
    const length = validLength(bytes, position);
    position += Math.max(length, 1);
    if (length > 0) continue;
    const invalid = String.fromCharCode(ESCAPE + (bytes[position - 1] ?? 0));
    result += bytes.toString('utf8', validFrom, position - 1) + invalid;
    validFrom = position;
  }
  return result + bytes.toString('utf8', validFrom);
}

/** Text to bytes; the inverse of `decodeBytes`. */
export function encodeBytes(text: string): Buffer {
  const parts: Buffer[] = [];
  let position = 0;
  // with `u` a surrogate matches only where it is not half of a pair
  for (const { 0: escaped, index } of text.matchAll(/[\udc80-\udcff]+/gu)) {
    parts.push(Buffer.from(text.slice(position, index), 'utf8'));
    parts.push(Buffer.from(Array.from(escaped, (unit) => unit.charCodeAt(0) - ESCAPE)));
    position = index + escaped.length;
  }
  parts.push(Buffer.from(text.slice(position), 'utf8'));
  return Buffer.concat(parts);
}

/** Length of the valid UTF-8 sequence at this position, 0 where there is none. */
function validLength(bytes: Buffer, position: number): number {
  const first = bytes[position] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || position + length > bytes.length) return 0;
  const text = bytes.toString('utf8', position, position + length);
  return Buffer.from(text, 'utf8').equals(bytes.subarray(position, position + length)) ? length : 0;
}
