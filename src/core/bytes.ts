/**
 * Turns the bytes of files into text and back without a loss. What fastboot does not own in a file must stay byte for byte,
 * so a byte that is not UTF-8 becomes a lone surrogate U+DC80..U+DCFF, as with Python's "surrogateescape".
 */
const ESCAPE = 0xdc00;

/** Bytes as text. Invalid UTF-8 becomes lone surrogates, so that `encodeBytes` gives the same bytes again. */
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

/** Text as bytes; the inverse of `decodeBytes`. */
export function encodeBytes(text: string): Buffer {
  const parts: Buffer[] = [];
  let position = 0;
  // with the flag `u`, a surrogate matches only where it is not half of a pair
  for (const { 0: escaped, index } of text.matchAll(/[\udc80-\udcff]+/gu)) {
    parts.push(Buffer.from(text.slice(position, index), 'utf8'));
    parts.push(Buffer.from(Array.from(escaped, (unit) => unit.charCodeAt(0) - ESCAPE)));
    position = index + escaped.length;
  }
  parts.push(Buffer.from(text.slice(position), 'utf8'));
  return Buffer.concat(parts);
}

/** The length of the valid UTF-8 sequence at a position; 0 where there is none. */
function validLength(bytes: Buffer, position: number): number {
  const first = bytes[position] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || position + length > bytes.length) return 0;
  const text = bytes.toString('utf8', position, position + length);
  return Buffer.from(text, 'utf8').equals(bytes.subarray(position, position + length)) ? length : 0;
}
