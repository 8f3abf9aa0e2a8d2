/** known_hosts: reads the files and decides about the key that a server sent. */
import { createHmac } from 'node:crypto';
import { matchesPatterns } from './patterns.ts';

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** The first field as it is: a pattern list or one hashed name. */
  readonly names: string;
  readonly keyType: string;
  readonly key: Buffer;
  /** `FILE:LINE` */
  readonly place: string;
}

/** The names that a server is looked up by. */
export interface LookupNames {
  /** `host`, `[host]:port`, or a HostKeyAlias. */
  readonly name: string;
  /** The name without the port. A key that is recorded for it is accepted too, as OpenSSH does, but another key there does not count as a change. */
  readonly bareName: string;
}

export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly place: string }
  | { readonly kind: 'revoked'; readonly place: string }
  | { readonly kind: 'unsupported'; readonly place: string };

/** The names of a server. A port other than 22 is part of the name; an alias is used as it is. */
export function lookupNames(host: string, port: number, alias: string | undefined): LookupNames {
  if (alias !== undefined) return { name: alias.toLowerCase(), bareName: alias.toLowerCase() };
  const bareName = host.toLowerCase();
  return { name: port === 22 ? bareName : `[${bareName}]:${port}`, bareName };
}

/** Reads a known_hosts file. Lines that cannot be understood are ignored, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line, index) => {
    const entry = parseLine(line.trim(), `${file}:${index + 1}`);
    return entry === undefined ? [] : [entry];
  });
}

function parseLine(line: string, place: string): KnownHost | undefined {
  const words = line.split(/[ \t]+/);
  const mark = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  const [names, keyType, encoded] = words;
  if (names === undefined || names.startsWith('#') || keyType === undefined || encoded === undefined)
    return undefined;
  const key = Buffer.from(encoded, 'base64');
  if (keyTypeOf(key) !== keyType) return undefined;
  switch (mark) {
    case undefined:
      return { marker: 'none', names, keyType, key, place };
    case '@revoked':
      return { marker: 'revoked', names, keyType, key, place };
    case '@cert-authority':
      return { marker: 'cert-authority', names, keyType, key, place };
    default:
      return undefined;
  }
}

/** The type of a public key: the first string in its blob (RFC 4253, section 6.6). */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  return key.toString('latin1', 4, Math.min(key.length, 4 + key.readUInt32BE(0)));
}

/** The line that records a key for a name. */
export function formatKnownHost(name: string, key: Buffer): string {
  return `${name} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
}

function holdsName(entry: KnownHost, name: string): boolean {
  if (!entry.names.startsWith('|')) return matchesPatterns(entry.names.split(','), name);
  const [, version, salt, hash] = entry.names.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** The types of the recorded keys of a server: those of its exact name, or else those of the name without the port. */
export function knownKeyTypes(entries: readonly KnownHost[], names: LookupNames): readonly string[] {
  const plain = entries.filter((entry) => entry.marker === 'none');
  const exact = plain.filter((entry) => holdsName(entry, names.name));
  const found = exact.length > 0 ? exact : plain.filter((entry) => holdsName(entry, names.bareName));
  return [...new Set(found.map((entry) => entry.keyType))];
}

/**
 * Decides about the key that a server sent. A revoked key is refused, whatever else is recorded. If other keys are recorded
 * for the server, its key has changed, also if the types differ. This is stricter than OpenSSH, where `accept-new` accepts a
 * key of another type.
 */
export function judgeHostKey(entries: readonly KnownHost[], names: LookupNames, key: Buffer): Verdict {
  const exact = entries.filter((entry) => holdsName(entry, names.name));
  const bare =
    names.bareName === names.name ? [] : entries.filter((entry) => holdsName(entry, names.bareName));
  const revoked = [...exact, ...bare].find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
  if (revoked !== undefined) return { kind: 'revoked', place: revoked.place };

  const isKnown = (entry: KnownHost): boolean => entry.marker === 'none' && entry.key.equals(key);
  if (exact.some(isKnown)) return { kind: 'known' };
  const others = exact.filter((entry) => entry.marker === 'none');
  const other = others.find((entry) => entry.keyType === keyTypeOf(key)) ?? others[0];
  if (other !== undefined) return { kind: 'changed', place: other.place };
  if (bare.some(isKnown)) return { kind: 'known' };

  const authority = [...exact, ...bare].find((entry) => entry.marker === 'cert-authority');
  if (authority !== undefined) return { kind: 'unsupported', place: authority.place };
  return { kind: 'unknown' };
}
