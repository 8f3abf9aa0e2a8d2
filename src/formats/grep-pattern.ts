/** Basic regular expressions, regex(7), by which scripts find lines in the kernel's tables with `grep -e`. */
import type { FstabEntry } from './fstab.ts';
import { isNfs } from './mount-options.ts';
import { encodeOctal } from './octal.ts';

/** A text that matches just itself. */
export function escapeBasic(text: string): string {
  return text.replace(/[\\[\].*^$]/g, '\\$&');
}

/**
 * A line of /proc/self/mountinfo for a mount at a path. With an entry: only if just this source is mounted there; the
 * sources of local file systems have several names, and are not compared.
 */
export function mountTablePattern(at: string, entry?: FstabEntry): string {
  const place = `^[^ ]* [^ ]* [^ ]* [^ ]* ${escapeBasic(encodeOctal(at))} `;
  return entry === undefined || !isNfs(entry.type) ? place : `${place}.*${sourcePattern(entry)}`;
}

/** A line of a mountinfo file for a network mount of this source, at any path. Slashes at its end do not matter. */
export function sourcePattern({ source }: Pick<FstabEntry, 'source'>): string {
  return ` - nfs4* ${escapeBasic(encodeOctal(source.replace(/\/+$/, '')))}/* `;
}

/** A line of the info file of an NFSv4 client with this address: `address: "[fd00::2]:870"`, `address: "10.0.0.2:870"`. */
export function clientPattern(address: string): string {
  return `^address: "\\[*\\(::ffff:\\)*${escapeBasic(address)}\\]*:[0-9]*"`;
}
