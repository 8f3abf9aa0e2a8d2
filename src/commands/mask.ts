import type { Secret } from '../core/secret.ts';
import type { Credentials } from '../transport/transport.ts';

/** What is no text of anybody's: words of fastboot's own, names of the inventory. */
const NO_TEXT = new Set([
  'type',
  'kind',
  'outcome',
  'unit',
  'signal',
  'action',
  'risk',
  'severity',
  'verdict',
  'host',
  'hosts',
]);

/**
 * Gives a value in which every password of the run is replaced in every text: none can get into an event or a log,
 * whatever a host says.
 */
export function masker({ sshPassword, becomePassword }: Credentials): <T>(value: T) => T {
  const secrets = [sshPassword, becomePassword]
    .filter((secret): secret is Secret => secret !== undefined)
    .map((secret) => secret.reveal())
    .filter((secret) => secret !== '');
  const mask = (value: unknown): unknown => {
    if (typeof value === 'string')
      return secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), value);
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, NO_TEXT.has(key) ? item : mask(item)]),
    );
  };
  return <T>(value: T) => (secrets.length === 0 ? value : (mask(value) as T));
}
