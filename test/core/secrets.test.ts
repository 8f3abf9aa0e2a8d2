import { describe, expect, it } from 'vitest';
import { maskData } from '../../src/core/secrets/mask-data.ts';
import { maskDiff, maskSecrets, maskValues, secretsIn } from '../../src/core/secrets/mask.ts';
import { holdsSecret } from '../../src/core/secrets/secret-names.ts';
import { createSource } from '../../src/core/yaml/source.ts';

describe('names', () => {
  it.each([
    'password',
    'admin_password',
    'adminPassword',
    'OS_PASSWORD',
    'db_passwd',
    'secret_key',
    'memcache_secret_key',
    'auth_token',
    'api_key',
    'accessKey',
    'fixed_key',
    'key',
    'fernet_key',
    'credentials',
    'fernet_keys_x',
    'sshpass',
    'X-Auth-Token',
    'Authorization',
    '--password',
  ])('%s holds a secret', (name) => expect(holdsSecret(name)).toBe(true));
  it.each([
    'password_file',
    'token_expiration',
    'key_file',
    'ssl_key_file',
    'ansible_ssh_private_key_file',
    'keepalive',
    'keys',
    'remove_unused_base_images',
    'credentials_path',
    'secret_type',
    'auth_type',
    '--ask-pass',
    '--ask-become-pass',
  ])('%s holds none', (name) => expect(holdsSecret(name)).toBe(false));
});

describe('texts', () => {
  const cases: readonly [what: string, text: string, masked: string][] = [
    [
      'an option of an INI file',
      'a = 1\nadmin_password = hunter2 and more\nb = 2',
      'a = 1\nadmin_password = ********\nb = 2',
    ],
    [
      'one that is continued',
      'password = one\n  two\n\tthree\nb = 2',
      'password = ********\n  ********\n\t********\nb = 2',
    ],
    ['one that begins on the next line', 'password =\n  two\nb = 2', 'password =\n  ********\nb = 2'],
    ['one in a comment', '#password = hunter2', '#password = ********'],
    ['one with a comment behind it', 'password = hunter2  # not hunter1', 'password = ********'],
    ['text behind the closing quote', 'fernet_key: "hunter2" x', 'fernet_key: ********'],
    ['YAML and JSON', '- secret: x\n"token": "y",', '- secret: ********\n"token": ********'],
    ['an exported variable', "export OS_PASSWORD='hunter2'", 'export OS_PASSWORD=********'],
    ['other signs', 'a password := x\nb token => "y z"', 'a password := ********\nb token => ********'],
    [
      'mount options',
      '//nas/x /mnt cifs user=u,password=hunter2,vers=3 0 0',
      '//nas/x /mnt cifs user=u,password=********,vers=3 0 0',
    ],
    ['an argument', 'mysql --password=hunter2 -u x', 'mysql --password=******** -u x'],
    ['an argument that is a word of its own', 'x --password hunter2 -u y', 'x --password ******** -u y'],
    ['one in quotes', 'x --password "hunter two" -u y', 'x --password ******** -u y'],
    ['a header', "curl -H 'X-Auth-Token: a b' http://x", "curl -H 'X-Auth-Token: ********' http://x"],
    [
      'a header with a scheme',
      'curl -H Authorization: Basic aHVudGVyMg== http://x',
      'curl -H Authorization: ******** http://x',
    ],
    [
      'an object in one line',
      '{"user": "u", "password": "a, \\"b\\" c", "x": 1}',
      '{"user": "u", "password": ********, "x": 1}',
    ],
    [
      'an object in a JSON text',
      String.raw`"{\"password\": \"hunter two\", \"x\": 1}"`,
      String.raw`"{\"password\": ********, \"x\": 1}"`,
    ],
    ['a list in one line', '{"tokens": ["a", "b c"], "x": 1}', '{"tokens": ********, "x": 1}'],
    [
      'JSON over several lines',
      '{\n  "tokens": [\n    "a",\n    "b"\n  ],\n  "x": 1\n}',
      '{\n  "tokens": ********\n    ********\n    ********\n  ],\n  "x": 1\n}',
    ],
    [
      'a flow mapping of YAML',
      '- { user: u, password: hunter two, x: 1 }',
      '- { user: u, password: ********, x: 1 }',
    ],
    [
      "what Python prints, x: {'password': u'a b'}",
      "x: {'password': u'a b', 'y': 1}",
      "x: {'password': ********, 'y': 1}",
    ],
    [
      'a block of YAML with an empty line',
      'password: |\n  one\n\n  two\nx: 1',
      'password: ********\n  ********\n\n  ********\nx: 1',
    ],
    ['a list of YAML', 'passwords:\n- one\n- two\nx: 1', 'passwords:\n********\n********\nx: 1'],
    [
      'a nested key ends where its neighbour begins',
      'a:\n  password: one\n    two\n  user: u',
      'a:\n  password: ********\n    ********\n  user: u',
    ],
    ['a quoted text over several lines', "PASSWORD='one\ntwo'\nX=1", 'PASSWORD=********\n********\nX=1'],
    ['a line that goes on', 'PASSWORD=one\\\ntwo\nX=1', 'PASSWORD=********\n********\nX=1'],
    [
      'a URL',
      'connection = mysql+pymysql://nova:hunter2@db/nova',
      'connection = mysql+pymysql://nova:********@db/nova',
    ],
    [
      'a URL with several hosts',
      'transport_url = rabbit://o:one@h1:5672,o:two@h2:5672/',
      'transport_url = rabbit://o:********@h1:5672,o:********@h2:5672/',
    ],
    ['a URL with @ and / in its password', 'x mysql://u:p@s/s@db/nova y', 'x mysql://u:********@db/nova y'],
    ['a URL with a parameter', 'GET /x?token=abc&y=1', 'GET /x?token=********&y=1'],
    ['a URL with a port only', 'http://h:8080/a@b and //h:80', 'http://h:8080/a@b and //h:80'],
    ['XML', '<auth><password>a b</password></auth>', '<auth><password>********</password></auth>'],
    ['an attribute of XML', "<graphics passwd='a b' port='1'/>", "<graphics passwd=******** port='1'/>"],
    [
      'a private key',
      'x\n-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\ny',
      'x\n-----BEGIN RSA PRIVATE KEY-----\n********\n********\ny',
    ],
    [
      'a private key in one line',
      String.raw`x: "-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----"`,
      'x: "-----BEGIN PRIVATE KEY-----********-----END PRIVATE KEY-----"',
    ],
    [
      'a line from the middle of a private key',
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
      '********',
    ],
    ['a sum', 'a'.repeat(64), 'a'.repeat(64)],
    ['a path', 'credentials=/etc/cifs', 'credentials=/etc/cifs'],
    ['the path of a key', 'ssl_key: /etc/ssl/x.key', 'ssl_key: /etc/ssl/x.key'],
    ['a password that looks like a path', 'password = /etc/x', 'password = ********'],
    ['a key that begins like a path', 'fixed_key = /abC+d9=', 'fixed_key = ********'],
    ['an address', 'source 10.0.0.1:/var/lib/glance', 'source 10.0.0.1:/var/lib/glance'],
    ['nothing of the kind', 'keepalive = 5\n[token]\nmkdir -p /x', 'keepalive = 5\n[token]\nmkdir -p /x'],
    [
      'advice',
      'use --ask-pass and --ask-become-pass, or set FASTBOOT_SSH_PASSWORD',
      'use --ask-pass and --ask-become-pass, or set FASTBOOT_SSH_PASSWORD',
    ],
  ];
  it.each(cases)('%s', (_what, text, masked) => expect(maskSecrets(text)).toBe(masked));

  it('are searched in linear time, whatever they hold', () => {
    const hostile = [
      'a'.repeat(200_000),
      ',a:'.repeat(60_000),
      '//x:'.repeat(50_000),
      '//u:p@h/'.repeat(25_000),
      '"'.repeat(100_000),
    ];
    const reference = processorTime(() => maskSecrets('x = 1\n'.repeat(40_000)));
    for (const text of hostile) {
      const time = processorTime(() => maskSecrets(`password: x ${text}\n${text}`));
      expect(time).toBeLessThan(50 * reference + 200);
    }
  });
});

/** Milliseconds of processor time. */
function processorTime(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('a diff', () => {
  const diff = '--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n secret = a\n-password = b\n+password = c\n';

  it('only on the sides that are meant', () => {
    expect(maskDiff(diff, '-')).toBe(
      '--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n secret = ********\n-password = ********\n+password = c\n',
    );
    expect(maskDiff(diff, '+-')).not.toMatch(/= [abc]/);
  });

  it('whose sides go on apart from each other', () => {
    expect(maskDiff(' password: |\n-  one\n+  two\n   three\n x: 1', '+-')).toBe(
      ' password: ********\n-  ********\n+  ********\n   ********\n x: 1',
    );
    expect(maskDiff(' password: |\n-  one\n+  two\n   three\n x: 1', '-')).toBe(
      ' password: ********\n-  ********\n+  two\n   ********\n x: 1',
    );
    expect(maskDiff('-PASSWORD="one\n+PASSWORD="two"\n X=1', '+-')).toBe(
      '-PASSWORD=********\n+PASSWORD=********\n ********',
    );
  });
});

describe('known values', () => {
  it('the longest first, line by line', () => {
    const mask = maskValues(['abc', 'abcdef', 'one\ntwo', '']);
    expect(mask('x abcdef abc')).toBe('x ******** ********');
    expect(mask('+one\n+two')).toBe('+********\n+********');
    expect(maskValues([])('as it is')).toBe('as it is');
  });

  it.each([
    ['JSON', 'a"b\\c\td', JSON.stringify('a"b\\c\td').slice(1, -1)],
    ['a URL', 'p@ss/w', 'p%40ss%2Fw'],
    ['a shell', "it's", String.raw`it'\''s`],
    ['several lines in JSON', 'one\ntwo', String.raw`one\ntwo`],
  ])('as %s writes them', (_what, value, written) => {
    expect(maskValues([value])(`x ${written} y`)).toBe('x ******** y');
  });
});

describe('data', () => {
  const mask = maskValues(['host', 'file']);

  it('every text but own words', () => {
    const event = { type: 'file', host: 'host', text: ['a file'], nested: { host: 'host' } };
    expect(maskData(event, mask, { type: true, host: true })).toEqual({
      type: 'file',
      host: 'host',
      text: ['a ********'],
      nested: { host: '********' },
    });
  });

  it('own words at any key, in lists, and whole', () => {
    const desired: Readonly<Record<string, object>> = { c1: { type: 'file', task: 'file' } };
    const data = { plays: [{ desired }], files: { a: 'file' } };
    expect(maskData(data, mask, { plays: { desired: { '*': { type: true } } }, files: true })).toEqual({
      plays: [{ desired: { c1: { type: 'file', task: '********' } } }],
      files: { a: 'file' },
    });
  });

  it('what stands under the name of a secret, and behind an option for one', () => {
    const data = {
      password: 'a',
      nested: { api_key: 5, tokens: ['x', { y: 'z' }], ssl_key: '/etc/ssl/key', key_file: 'k' },
      argv: ['mysql', '--password', 'a b', '-u', 'x', '--password=c'],
      count: 5,
    };
    expect(maskData(data, maskSecrets)).toEqual({
      password: '********',
      nested: {
        api_key: '********',
        tokens: ['********', { y: '********' }],
        ssl_key: '/etc/ssl/key',
        key_file: 'k',
      },
      argv: ['mysql', '--password', '********', '-u', 'x', '--password=********'],
      count: 5,
    });
  });
});

describe('variables', () => {
  it('all texts below a name that holds a secret, and passwords in URLs', () => {
    const value = {
      password: 'a',
      nested: { api_key: 5, list: ['x', { token: ['b', { c: 'd' }] }] },
      url: 'mysql://u:e@db/nova',
      user: 'u',
    };
    expect(secretsIn('site', value)).toEqual(['a', '5', 'b', 'd', 'e']);
    expect(secretsIn('passwords', ['x', true, null])).toEqual(['x']);
  });
});

describe('the line of a YAML file that a message shows', () => {
  const cases: readonly [what: string, text: string, shown: readonly string[]][] = [
    ['text behind a quote', 'fernet_key: "hunter2" x', ['fernet_key: ********']],
    ['the same with another name', 'db_password: "hunter2" x', ['db_password: ********']],
    ['everything behind the name', '{ a: 1, token: x, b: hunter2 }', ['{ a: 1, token: ********']],
    ['the path of a key', 'private_key_file: ~/.ssh/x', ['private_key_file: ~/.ssh/x']],
    [
      'lines below',
      'secret: |\n  a\n\n  b\nc: d',
      ['secret: ********', '  ********', '', '  ********', 'c: d'],
    ],
    [
      'lines without a key',
      'secret: >\n      a\n\tb\n c',
      ['secret: ********', '      ********', '\t********', ' ********'],
    ],
    ['mappings below', 'secret:\n  a: b\nc: d', ['secret:', '  ********', 'c: d']],
    ['a list at the same place', 'secrets:\n- a: b\nc: d', ['secrets:', '********', 'c: d']],
    ['the next key of an item', '- password: a\n  user: b', ['- password: ********', '  user: b']],
    ['an INI line', 'nfs01 ansible_password=hunter2', ['nfs01 ansible_password= ********']],
    ['a URL', 'url: mysql://u:hunter2@db', ['url: mysql://u:********@db']],
  ];
  it.each(cases)('%s', (_what, text, shown) => {
    const source = createSource('x', text);
    expect(shown.map((_, index) => source.shownLine(index + 1))).toEqual(shown);
  });

  it('is not shown where it is too long to look through', () => {
    const source = createSource('x', `a: ${'x'.repeat(100_001)}\nb: 1`);
    expect(source.shownLine(1)).toBeUndefined();
    expect(source.shownLine(2)).toBe('b: 1');
  });
});
