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
