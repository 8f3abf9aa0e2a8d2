/** Addresses of IPv4 and IPv6 as text. */
import { isIP, isIPv6 } from 'node:net';

/**
 * An address or host name in one spelling, so that equal ones are equal texts. IPv4 addresses that are mapped to IPv6 become
 * IPv4. Case and a final dot do not count. A zone (`%eth0`) stays.
 */
export function canonicalAddress(address: string): string {
  const plain = address.toLowerCase().replace(/\.$/, '');
  if (!isIPv6(plain) || plain.includes('%')) return plain;
  const text = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text);
  if (mapped === null) return text;
  const bytes = mapped.slice(1).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]);
  return bytes.join('.');
}

/** Whether it is an address in numbers rather than a name. */
export function isNumeric(address: string): boolean {
  return isIP(address) !== 0;
}

/** Whether an address or name means the machine itself, on whichever machine it is used. */
export function isLoopback(address: string): boolean {
  return /^(?:127\..*|::1?|0\.0\.0\.0|localhost(?:\.localdomain)?)$/.test(canonicalAddress(address));
}

/** How a mount command names a folder on an NFS server, nfs(5): IPv6 addresses are in brackets. */
export function nfsSource(address: string, folder: string): string {
  return isIPv6(address) ? `[${address}]:${folder}` : `${address}:${folder}`;
}
