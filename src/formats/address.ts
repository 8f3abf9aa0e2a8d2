/** Addresses of IPv4 and IPv6 as text. */
import { isIP, isIPv6 } from 'node:net';

/**
 * An address in one spelling, so that equal addresses are equal texts. IPv4 addresses that are mapped to IPv6 become IPv4.
 * Names, and addresses with a zone (`%eth0`), stay as they are.
 */
export function canonicalAddress(address: string): string {
  if (!isIPv6(address) || address.includes('%')) return address;
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text);
  if (mapped === null) return text;
  const bytes = mapped.slice(1).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]);
  return bytes.join('.');
}

/** Whether it is an address in numbers rather than a name. */
export function isNumeric(address: string): boolean {
  return isIP(address) !== 0;
}

export function isLoopback(address: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical === '::1' || canonical.startsWith('127.');
}

/** How a mount command names a folder on an NFS server, nfs(5): IPv6 addresses stand in brackets. */
export function nfsSource(address: string, folder: string): string {
  return isIPv6(address) ? `[${address}]:${folder}` : `${address}:${folder}`;
}
