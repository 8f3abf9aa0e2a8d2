import { isIP } from 'node:net';

/** Host, user and group names: letters, digits, `.`, `_`, `-`, not starting with `-`. */
export function isName(text: string): boolean {
  return /^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(text) && text.length <= 255 && text !== '.' && text !== '..';
}

/** An IP address, or a host's name. */
export function isAddress(text: string): boolean {
  return isIP(text.replace(/%[A-Za-z0-9._-]+$/, '')) !== 0 || isName(text);
}

/** Whether an address means the machine itself, wherever it is used. */
export function isLoopback(address: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost(?:\.localdomain)?|0*:(?:0*:)*0*1|::ffff:127\..*|0\.0\.0\.0|::)$/i.test(
    address,
  );
}

/** One spelling for an address, so that equal ones can be told. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address.toLowerCase().replace(/\.$/, '');
  if (address.includes('%')) return address.toLowerCase();
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}
