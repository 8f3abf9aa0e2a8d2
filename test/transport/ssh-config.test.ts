import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfigFiles } from '../../src/transport/ssh/config-files.ts';
import { type Endpoint, resolveEndpoint } from '../../src/transport/ssh/endpoint.ts';
import type { SshOptions } from '../../src/transport/ssh/options.ts';
import { installed } from '../programs.ts';

const home = mkdtempSync(join(tmpdir(), 'fastboot-config-'));
const file = join(home, '.ssh', 'config');
afterAll(() => rmSync(home, { recursive: true }));
beforeAll(() => mkdirSync(join(home, '.ssh', 'conf.d'), { recursive: true }));

const options: SshOptions = {
  knownHostsFiles: [join(home, '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'],
  acceptNewHostKeys: false,
  sshConfigFile: file,
  credentials: { sshPassword: undefined, becomePassword: undefined },
  agentSocket: undefined,
  defaultIdentityFiles: [],
  connectTimeoutSeconds: undefined,
  maxConnecting: 10,
  home,
  localUser: 'me',
};
const LOGIN = {
  host: 'node1',
  port: undefined,
  user: undefined,
  privateKeyFile: undefined,
  proxyJump: undefined,
};

const resolve = (
  config: string,
  login: Partial<typeof LOGIN> | { [K in keyof typeof LOGIN]?: string | number } = {},
  changes: Partial<SshOptions> = {},
): ReturnType<typeof resolveEndpoint> => {
  writeFileSync(file, config);
  return resolveEndpoint(
    { ...LOGIN, ...login } as typeof LOGIN,
    { ...options, ...changes },
    createConfigFiles(),
  );
};
const good = (...args: Parameters<typeof resolve>): Endpoint => {
  const result = resolve(...args);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
};

describe('resolveEndpoint', () => {
  it.each<[string, string, Partial<Endpoint>]>([
    ['nothing', '', { host: 'node1', port: 22, user: 'me', identityFiles: [], connectTimeoutSeconds: 10 }],
    ['first value wins', 'Host node1\n Port 1\nHost *\n Port 2\n User u\n', { port: 1, user: 'u' }],
    [
      'keywords in any case, = and quotes',
      'HOST node1\n hostname="a.b"\n USER = "x y"\n',
      { host: 'a.b', user: 'x y' },
    ],
    ['negation', 'Host * !node1\n User u\n', { user: 'me' }],
    ['wildcards', 'Host n?de*\n User u\n', { user: 'u' }],
    ['? is exactly one', 'Host node1?\n User u\n', { user: 'me' }],
    ['%h in HostName', 'HostName %h.example.org\n', { host: 'node1.example.org' }],
    [
      'IdentityFile adds up',
      'Host node1\n IdentityFile ~/a\nHost *\n IdentityFile /b/%r@%h:%p%%\n',
      { identityFiles: [`${home}/a`, '/b/me@node1:22%'] },
    ],
    ['IdentityFile none', 'IdentityFile none\n', { identityFiles: [] }],
    ['IdentitiesOnly', 'IdentitiesOnly yes\n', { identitiesOnly: true }],
    ['ConnectTimeout', 'ConnectTimeout 3\n', { connectTimeoutSeconds: 3 }],
    ['Match host after HostName', 'Host node1\n HostName real\nMatch host real\n User u\n', { user: 'u' }],
    ['Match originalhost', 'Host node1\n HostName real\nMatch originalhost node1\n User u\n', { user: 'u' }],
    ['Match with negation', 'Match !host node1\n User u\n', { user: 'me' }],
    ['Match user', 'Match user me\n Port 7\n', { port: 7 }],
    ['Match localuser and all', 'Match localuser me\n Port 7\nMatch all\n Port 8\n', { port: 7 }],
    ['Match final comes last', 'Match final all\n Port 7\nHost *\n Port 8\n', { port: 8 }],
    ['Match exec that another criterion rules out', 'Match host other exec "true"\n Port 7\n', { port: 22 }],
    ['Match exec that decides nothing', 'Match exec "true"\n ForwardAgent no\n', { port: 22 }],
    ['ProxyCommand none', 'ProxyCommand none\n', { jump: undefined }],
    [
      'ProxyJump before ProxyCommand',
      'Host node1\n ProxyJump none\nHost *\n ProxyCommand x\n',
      { jump: undefined },
    ],
    ['comments', '# Host *\n  # x\nHost node1 # trailing\n User u # trailing\n', { user: 'u' }],
  ])('%s', (_label, config, expected) => {
    expect(good(config)).toMatchObject(expected);
  });

  it('prefers the inventory', () => {
    const config = 'Port 1\nUser u\nIdentityFile /b\n';
    expect(good(config, { port: 9, user: 'root', privateKeyFile: '/k' })).toMatchObject({
      port: 9,
      user: 'root',
      identityFiles: ['/k'],
    });
    expect(good('ConnectTimeout 3\n', {}, { connectTimeoutSeconds: 5 }).connectTimeoutSeconds).toBe(5);
  });

  it('follows Include at its place, with wildcards, only inside a section that matches', () => {
    writeFileSync(join(home, '.ssh', 'conf.d', 'a.conf'), 'Host node1\n Port 5\nHost other\n Port 6\n');
    writeFileSync(join(home, '.ssh', 'conf.d', 'b.conf'), 'User b\n');
    expect(good('Include conf.d/*.conf\nPort 9\n')).toMatchObject({ port: 5, user: 'b' });
    expect(good('Include ~/.ssh/conf.d/a.conf\nPort 9\n', { host: 'node2' })).toMatchObject({ port: 9 });
    expect(good('Host node2\n Include conf.d/*.conf\n')).toMatchObject({ port: 22, user: 'me' });
    expect(good('Include nowhere/*.conf nothing\n')).toMatchObject({ port: 22 });
    writeFileSync(join(home, '.ssh', 'conf.d', 'loop'), 'Include conf.d/loop\n');
    expect(resolve('Include conf.d/loop\n')).toMatchObject({ ok: false });
  });

  it('resolves jump hosts with their own settings', () => {
    const config =
      'Host node1\n ProxyJump ops@a:2201,b\nHost a\n HostName 192.0.2.1\nHost b\n User bob\n Port 2202\n';
    expect(good(config).jump).toMatchObject({
      host: 'b',
      user: 'bob',
      port: 2202,
      jump: {
        host: '192.0.2.1',
        user: 'ops',
        port: 2201,
        jump: undefined,
        identity: { names: { name: '[192.0.2.1]:2201' } },
      },
    });
    expect(good('Host node1\n ProxyJump ssh://u@[2001:db8::1]:7\n').jump).toMatchObject({
      host: '2001:db8::1',
      user: 'u',
      port: 7,
    });
    expect(good('Host node1\n ProxyJump a\nHost a\n ProxyJump b\n').jump).toMatchObject({
      host: 'a',
      jump: { host: 'b' },
    });
  });

  it('chooses known_hosts files, names and policy', () => {
    expect(good('UserKnownHostsFile ~/one /two\n').identity.files).toEqual([
      `${home}/one`,
      '/two',
      '/etc/ssh/ssh_known_hosts',
    ]);
    expect(good('UserKnownHostsFile /two\n', {}, { knownHostsFiles: ['/given'] }).identity.files).toEqual([
      '/given',
    ]);
    expect(good('HostKeyAlias Al\nPort 7\n').identity.names).toEqual({ name: 'al', bareName: 'al' });
    expect(good('HostName Real\nPort 7\n').identity.names).toEqual({ name: '[real]:7', bareName: 'real' });
    expect(good('StrictHostKeyChecking accept-new\n').identity.acceptNew).toBe(true);
    expect(good('StrictHostKeyChecking no\n').identity.acceptNew).toBe(false);
  });

  it.each([
    ['ProxyCommand', 'ProxyCommand nc %h %p\n', /ProxyCommand/],
    ['Match exec', 'Match exec "true"\n User u\n', /Match exec/],
    ['Match with a criterion of the future', 'Match tagged x\n User u\n', /Match tagged x/],
    ['a loop of jump hosts', 'ProxyJump a\n', /too many/],
    ['a jump host that cannot be read', 'Host node1\n ProxyJump a:b:c\n', /cannot be understood/],
    ['a broken file', 'Host "node1\n', /cannot read/],
  ])('refuses %s, and says what to do', (_label, config, reason) => {
    const result = resolve(config);
    if (result.ok) throw new Error('expected a problem');
    expect(result.error.reason).toMatch(reason);
    expect(result.error.hint).not.toBe('');
  });

  const CASES = [
    'Host node1\n HostName real.example\n Port 2200\n User x\nHost *\n User y\n IdentityFile ~/.ssh/%h_%r\n',
    'User first\nHost node*,!node1\n User second\nMatch host node1 user first\n Port 99\n',
    'Host other node1\n  IdentitiesOnly=yes\n  ProxyJump me@hop:22\nMatch originalhost node?\n HostName 192.0.2.7\n',
    'Match final host real\n Port 9\nHost node1\n HostName real\n',
    'Host "node1" "x y"\n\tUser\t"quoted name"\n',
  ];
  it.skipIf(!installed('ssh')).each(CASES)('agrees with ssh -G: %j', (config) => {
    writeFileSync(file, config);
    const said = execFileSync('ssh', ['-G', '-F', file, 'node1'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const value = (key: string): string => new RegExp(`^${key} (.*)$`, 'm').exec(said)?.[1] ?? '';
    const localUser =
      /^user (.*)$/m.exec(
        execFileSync('ssh', ['-G', '-F', '/dev/null', 'x'], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      )?.[1] ?? '';
    const endpoint = good(config, {}, { localUser });
    expect([
      endpoint.host,
      String(endpoint.port),
      endpoint.user,
      endpoint.identitiesOnly ? 'yes' : 'no',
    ]).toEqual(['hostname', 'port', 'user', 'identitiesonly'].map(value));
    if (endpoint.jump !== undefined) expect(value('proxyjump')).toContain(endpoint.jump.host);
  });
});
