import { describe, expect, it } from 'vitest';
import { holdsSecret, mapTexts, maskAssignments, maskValues, secretsIn } from '../../src/core/mask.ts';

describe('names', () => {
  it.each([
    'password',
    'admin_password',
    'OS_PASSWORD',
    'db_passwd',
    'secret_key',
    'memcache_secret_key',
    'auth_token',
    'api_key',
    'fixed_key',
    'key',
    'credentials',
    'fernet_keys_x',
    'sshpass',
  ])('%s holds a secret', (name) => expect(holdsSecret(name)).toBe(true));
  it.each([
    'password_file',
    'token_expiration',
    'key_file',
    'ssl_key_file',
    'keepalive',
    'keys',
    'remove_unused_base_images',
    'credentials_path',
    'secret_type',
    'auth_type',
  ])('%s holds none', (name) => expect(holdsSecret(name)).toBe(false));
});

describe('texts', () => {
  const cases: readonly [string, string, string][] = [
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
    ['YAML and JSON', '- secret: x\n"token": "y",', '- secret: ********\n"token": ********'],
    ['an exported variable', "export OS_PASSWORD='hunter2'", 'export OS_PASSWORD=********'],
    [
      'mount options',
      '//nas/x /mnt cifs user=u,password=hunter2,vers=3 0 0',
      '//nas/x /mnt cifs user=u,password=********,vers=3 0 0',
    ],
    ['an argument', 'mysql --password=hunter2 -u x', 'mysql --password=******** -u x'],
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
    ['a path', 'credentials=/etc/cifs', 'credentials=/etc/cifs'],
    ['an address', 'source 10.0.0.1:/var/lib/glance', 'source 10.0.0.1:/var/lib/glance'],
    ['nothing of the kind', 'keepalive = 5\n[token]\nmkdir -p /x', 'keepalive = 5\n[token]\nmkdir -p /x'],
  ];
  it.each(cases)('%s', (_what, text, masked) => expect(maskAssignments(text)).toBe(masked));

  it('a diff, only on the sides that are meant', () => {
    const diff = '--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n secret = a\n-password = b\n+password = c\n';
    expect(maskAssignments(diff, '- ')).toBe(
      '--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n secret = ********\n-password = ********\n+password = c\n',
    );
    expect(maskAssignments(diff, '+- ')).not.toMatch(/= [abc]/);
  });

  it('known values, the longest first, line by line', () => {
    const mask = maskValues(['abc', 'abcdef', 'one\ntwo', '']);
    expect(mask('x abcdef abc')).toBe('x ******** ********');
    expect(mask('+one\n+two')).toBe('+********\n+********');
    expect(maskValues([])('as it is')).toBe('as it is');
  });

  it("fastboot's own words stay", () => {
    const mask = maskValues(['host', 'file']);
    expect(mapTexts({ type: 'file', host: 'host', text: ['a file'] }, mask)).toEqual({
      type: 'file',
      host: 'host',
      text: ['a ********'],
    });
  });
});

describe('variables', () => {
  it('all texts below a name that holds a secret', () => {
    const value = {
      password: 'a',
      nested: { api_key: 5, list: ['x', { token: ['b', { c: 'd' }] }] },
      user: 'u',
    };
    expect(secretsIn('site', value)).toEqual(['a', '5', 'b', 'd']);
    expect(secretsIn('passwords', ['x', true, null])).toEqual(['x']);
  });
});
