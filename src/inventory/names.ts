/** Names and addresses: which are valid, and which mean the same. */
import { isIP } from 'node:net';

const MAX_NAME_LENGTH = 255;

/** What a valid name is, for messages. */
export const NAME_RULE = 'use letters, digits, `.`, `_` and `-`, not starting with `-`';

/** Whether a host, a user or a group may have this name: it is used in commands and files. */
export function isName(text: string): boolean {
  const isPath = text === '.' || text === '..';
  return /^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(text) && text.length <= MAX_NAME_LENGTH && !isPath;
}

/** Whether a text is an IP address, also with a zone, or a host's name. */
export function isAddress(text: string): boolean {
  return isIP(text.replace(/%[A-Za-z0-9._-]+$/, '')) !== 0 || isName(text);
}

/** Whether an address means the machine itself, wherever it is used. */
export function isLoopback(address: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost(?:\.localdomain)?|0*:(?:0*:)*0*1|::ffff:127\..*|0\.0\.0\.0|::)$/i.test(
    address,
  );
}

/** One spelling for an address, so that equal addresses can be found. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address.toLowerCase().replace(/\.$/, '');
  if (address.includes('%')) return address.toLowerCase();
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}
