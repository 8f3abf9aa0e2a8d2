/**
 * Octal escapes of the kernel's mount table, fstab(5) and exports(5): `\040` is the byte with this number. The kernel
 * and mount(8) write blanks, tabs, newlines and backslashes so (getmntent(3)).
 */
import { decodeBytes, encodeBytes } from '../core/bytes.ts';

/** A text with its escapes resolved. Escaped bytes of a UTF-8 sequence become its character. */
export function decodeOctal(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => byteCharacter(parseInt(digits, 8)));
  return decodeBytes(encodeBytes(bytes));
}

/** The inverse: blanks, tabs, newlines and backslashes are escaped. */
export function encodeOctal(text: string): string {
  return text.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** A byte as `core/bytes.ts` writes it in a text: above 127 it is part of a longer sequence. */
export function byteCharacter(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}
