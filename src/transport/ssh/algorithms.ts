/** The algorithms that are offered to SSH servers. */
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/**
 * Curve25519 comes first. Group exchange comes last, because it takes more than a second of CPU time in JavaScript. SHA-1 is
 * not offered.
 */
const KEY_EXCHANGE: NonNullable<Algorithms['kex']> = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group-exchange-sha256',
];

const CIPHERS: NonNullable<Algorithms['cipher']> = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];

const MACS: NonNullable<Algorithms['hmac']> = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
];

/** Signature algorithms by type of host key, in the order that OpenSSH prefers. */
const HOST_KEY_ALGORITHMS: ReadonlyMap<string, readonly ServerHostKeyAlgorithm[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

/**
 * The algorithms for one server. The types of its recorded keys come first: otherwise a server with several keys could send
 * one that is not recorded, and would not be trusted.
 */
export function offeredAlgorithms(knownKeyTypes: readonly string[]): Algorithms {
  const types = new Set([...knownKeyTypes, ...HOST_KEY_ALGORITHMS.keys()]);
  const serverHostKey = [...types].flatMap((type) => HOST_KEY_ALGORITHMS.get(type) ?? []);
  return { kex: KEY_EXCHANGE, cipher: CIPHERS, hmac: MACS, serverHostKey, compress: ['none'] };
}
