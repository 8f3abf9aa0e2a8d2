import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  formatKnownHost,
  judgeHostKey,
  knownKeyTypes,
  lookupNames,
  parseKnownHosts,
} from '../../src/transport/ssh/known-hosts.ts';
import { installed } from '../programs.ts';

/** A key blob with its type and random content. */
function blob(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)]);
}

const ED = blob('ssh-ed25519', 'one');
const ED2 = blob('ssh-ed25519', 'two');
const RSA = blob('ssh-rsa', 'three');
const line = (names: string, key: Buffer, mark = ''): string => `${mark}${formatKnownHost(names, key)}`;
const hashed = (name: string): string => {
  const salt = Buffer.from('salt of 20 bytes....');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe('judgeHostKey', () => {
  it.each<[string, string, Buffer, string, number, string]>([
    ['exact name', line('node1', ED), ED, 'node1', 22, 'known'],
    ['letter case', line('node1', ED), ED, 'Node1', 22, 'known'],
    ['list', line('a,node1,b', ED), ED, 'node1', 22, 'known'],
    ['address', line('192.0.2.1', ED), ED, '192.0.2.1', 22, 'known'],
    ['IPv6', line('2001:db8::1', ED), ED, '2001:db8::1', 22, 'known'],
    ['wildcards', line('node?.*.org', ED), ED, 'node1.example.org', 22, 'known'],
    ['wildcard of one character', line('node?', ED), ED, 'node', 22, 'unknown'],
    ['dots are no wildcards', line('node.1', ED), ED, 'nodex1', 22, 'unknown'],
    ['negation', line('*.org,!bad.org', ED), ED, 'bad.org', 22, 'unknown'],
    ['negation elsewhere', line('*.org,!bad.org', ED), ED, 'good.org', 22, 'known'],
    ['hashed', line(hashed('node1'), ED), ED, 'node1', 22, 'known'],
    ['hashed, other name', line(hashed('node1'), ED), ED, 'node2', 22, 'unknown'],
    ['hashed with port', line(hashed('[node1]:2222'), ED), ED, 'node1', 2222, 'known'],
    ['port', line('[node1]:2222', ED), ED, 'node1', 2222, 'known'],
    ['other port', line('[node1]:2222', ED), ED, 'node1', 2223, 'unknown'],
    ['port 22 does not look at other ports', line('[node1]:2222', ED), ED, 'node1', 22, 'unknown'],
    ['key without port', line('node1', ED), ED, 'node1', 2222, 'known'],
    ['other key without port proves nothing', line('node1', ED2), ED, 'node1', 2222, 'unknown'],
    ['changed', line('node1', ED2), ED, 'node1', 22, 'changed'],
    ['changed type', line('node1', RSA), ED, 'node1', 22, 'changed'],
    ['one of several', line('node1', RSA) + line('node1', ED), ED, 'node1', 22, 'known'],
    ['revoked', line('node1', ED) + line('*', ED, '@revoked '), ED, 'node1', 22, 'revoked'],
    [
      'revoked without port',
      line('[node1]:2222', ED) + line('node1', ED, '@revoked '),
      ED,
      'node1',
      2222,
      'revoked',
    ],
    ['another key revoked', line('node1', ED) + line('*', ED2, '@revoked '), ED, 'node1', 22, 'known'],
    ['revoked for others', line('node1', ED) + line('node2', ED, '@revoked '), ED, 'node1', 22, 'known'],
    ['authority only', line('*', RSA, '@cert-authority '), ED, 'node1', 22, 'unsupported'],
    ['authority and plain', line('*', RSA, '@cert-authority ') + line('node1', ED), ED, 'node1', 22, 'known'],
    ['authority of this very key', line('*', ED, '@cert-authority '), ED, 'node1', 22, 'unsupported'],
    ['unknown mark', line('node1', ED, '@other '), ED, 'node1', 22, 'unknown'],
    ['comment', `# ${line('node1', ED)}`, ED, 'node1', 22, 'unknown'],
    [
      'type that the key does not have',
      `node1 ssh-rsa ${ED.toString('base64')}\n`,
      ED,
      'node1',
      22,
      'unknown',
    ],
    [
      'rubbish',
      '\0\0\nnode1\nnode1 ssh-ed25519\n|1|x\n|2|a|b ssh-ed25519 AAAA\n',
      ED,
      'node1',
      22,
      'unknown',
    ],
    [
      'tabs, CRLF and comments',
      `node1\tssh-ed25519\t${ED.toString('base64')} me@here\r\n`,
      ED,
      'node1',
      22,
      'known',
    ],
  ])('%s', (_label, text, key, host, port, verdict) => {
    const entries = parseKnownHosts(text, 'f');
    expect(judgeHostKey(entries, lookupNames(host, port, undefined), key).kind).toBe(verdict);
  });

  it('looks up an alias without the port', () => {
    const entries = parseKnownHosts(line('the-alias', ED), 'f');
    expect(judgeHostKey(entries, lookupNames('node1', 2222, 'The-Alias'), ED).kind).toBe('known');
  });

  it('gives the place', () => {
    const entries = parseKnownHosts(`# comment\n\n${line('node1', RSA)}${line('node1', ED2)}`, '/f');
    expect(judgeHostKey(entries, lookupNames('node1', 22, undefined), ED)).toEqual({
      kind: 'changed',
      place: '/f:4',
    });
  });

  it.skipIf(!installed('ssh-keygen'))('reads names as ssh-keygen does', () => {
    const names = ['node1', '[node1]:2222', '192.0.2.1'];
    for (const name of names) {
      const found = execFileSync(
        'sh',
        [
          '-c',
          'd=$(mktemp); cat > "$d"; ssh-keygen -H -f "$d" >/dev/null 2>&1; cat "$d"; rm -f "$d" "$d.old"',
        ],
        {
          input: line(name, ED),
          encoding: 'utf8',
        },
      );
      const match = /^\[(.*)\]:(\d+)$/.exec(name);
      const [host, port] = match === null ? [name, 22] : [match[1] ?? '', Number(match[2])];
      const entries = parseKnownHosts(found, 'f');
      expect(entries[0]?.names).toMatch(/^\|1\|/);
      expect(judgeHostKey(entries, lookupNames(host, port, undefined), ED).kind).toBe('known');
    }
  });
});

describe('knownKeyTypes', () => {
  it.each([
    [line('node1', RSA) + line('node1', ED), 22, ['ssh-rsa', 'ssh-ed25519']],
    [line('node1', RSA), 2222, ['ssh-rsa']],
    [line('node1', RSA) + line('[node1]:2222', ED), 2222, ['ssh-ed25519']],
    [line('node1', RSA, '@revoked ') + line('*', RSA, '@cert-authority '), 22, []],
  ])('%#', (text, port, types) => {
    expect(knownKeyTypes(parseKnownHosts(text, 'f'), lookupNames('node1', port, undefined))).toEqual(types);
  });
});
