/** How an exports(5) file and exportfs(8) write a folder, a client and its options. */
import { encodeOctal } from '../octal.ts';

/** The first word of a line. */
export function writePath(path: string): string {
  return encodeOctal(path).replaceAll('"', '\\042');
}

/** A client with its options, which are one text with commas. */
export function writeEntry(client: string, options: string): string {
  return options === '' ? client : `${client}(${options})`;
}

/** The argument `CLIENT:PATH` of exportfs. It wants IPv6 addresses in brackets; in files they have none. */
export function exportArgument(client: string, path: string): string {
  return `${client.includes(':') ? `[${client}]` : client}:${path}`;
}
