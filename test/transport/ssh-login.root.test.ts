import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshOptions } from '../../src/transport/ssh/options.ts';
import { DEFAULT_TUNING, type SshTuning } from '../../src/transport/ssh/options.ts';
import { createSshTransport } from '../../src/transport/ssh/transport.ts';
import type { Connection, Target } from '../../src/transport/transport.ts';
import {
  freePort,
  options,
  password,
  runScript,
  type Sshd,
  target,
  unwrap,
  waitUntil,
  Workplace,
} from './sshd.ts';

type ConnectResult = Awaited<ReturnType<ReturnType<typeof createSshTransport>['connect']>>;

const never = new AbortController().signal;

describe('login by ssh', () => {
  const place = new Workplace();
  const user = `fbtest${process.pid}`;
  let sshd: Sshd;
  let rsaOnly: Sshd;
  let key: string;
  let agent: ChildProcess | undefined;

  beforeAll(async () => {
    key = place.key('user');
    for (const name of ['other1', 'other2', 'other3']) place.key(name);
    place.key('locked', 'ed25519', 'a passphrase');
    place.key('rsa', 'rsa');
    place.write(
      'authorized_keys',
      ['user', 'locked', 'rsa'].map((name) => readFileSync(place.path(`${name}.pub`), 'utf8')).join(''),
      0o644,
    );
    const shadow = execFileSync('openssl', ['passwd', '-6', 'pass word'], { encoding: 'utf8' }).trim();
    execFileSync('useradd', ['-M', '-d', '/', '-s', '/bin/sh', '-p', shadow, user]);
    sshd = await place.sshd([], ['ed25519', 'ecdsa', 'rsa']);
    rsaOnly = await place.sshd([], ['rsa']);
  });
  afterAll(async () => {
    agent?.kill();
    await place.clear();
    execFileSync('userdel', ['-f', user], { stdio: 'ignore' });
  });

  const records = (name: string, text: string): readonly string[] => [place.write(name, text)];
  const known = (): readonly string[] =>
    records('known', `[127.0.0.1]:${sshd.port} ${sshd.hostKey('ed25519')}\n`);
  const connect = (
    changes: Partial<SshOptions>,
    to: Partial<Target> = {},
    tuning: Partial<SshTuning> = {},
    signal = never,
  ): Promise<ConnectResult> =>
    createSshTransport(options(place, { knownHostsFiles: known(), ...changes }), {
      ...DEFAULT_TUNING,
      ...tuning,
    }).connect(target(to.port ?? sshd.port, { privateKeyFile: key, ...to }), signal);
  const whoami = async (result: ConnectResult): Promise<string> => {
    const connection: Connection = unwrap(result);
    const { stdout } = await runScript(connection, 'id -un');
    await connection.close();
    return stdout.trim();
  };
  const startAgent = async (...keys: string[]): Promise<string> => {
    agent?.kill();
    const socket = place.path(`agent${Math.random()}`);
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    await waitUntil(() => existsSync(socket), 'ssh-agent');
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    for (const name of keys) execFileSync('ssh-add', ['-q', place.path(name)], { env, stdio: 'ignore' });
    return socket;
  };

  describe('own keys', () => {
    it('ed25519 and RSA', async () => {
      expect(await whoami(await connect({}))).toBe('root');
      expect(await whoami(await connect({}, { privateKeyFile: place.path('rsa') }))).toBe('root');
      expect(sshd.log()).toMatch(/Accepted publickey for root .*: RSA/);
    });

    it('default identity files, where none is named', async () => {
      const files = { defaultIdentityFiles: [place.path('missing'), place.path('other1'), key] };
      expect(await whoami(await connect(files, { privateKeyFile: undefined }))).toBe('root');
      const none = await connect(files, { privateKeyFile: place.path('other2') });
      expect(none).toMatchObject({ ok: false, error: { kind: 'auth', user: 'root' } });
    });

    it('the agent', async () => {
      const agentSocket = await startAgent('other1', 'user');
      expect(await whoami(await connect({ agentSocket }, { privateKeyFile: undefined }))).toBe('root');
    });

    it('an encrypted key that the agent holds', async () => {
      const agentSocket = await startAgent('other1');
      const locked = place.path('locked');
      const refused = await connect({ agentSocket }, { privateKeyFile: locked });
      expect(refused).toMatchObject({
        ok: false,
        error: { kind: 'auth' },
      });
      expect(JSON.stringify(refused)).toContain(
        `key ${locked} not tried: encrypted: load it into the agent with ssh-add`,
      );
      execFileSync('ssh-add', ['-q', locked], {
        env: {
          ...process.env,
          SSH_AUTH_SOCK: agentSocket,
          SSH_ASKPASS: place.write('ask', '#!/bin/sh\necho a passphrase\n', 0o700),
          SSH_ASKPASS_REQUIRE: 'force',
        },
        stdio: 'ignore',
      });
      expect(await whoami(await connect({ agentSocket }, { privateKeyFile: locked }))).toBe('root');
    });

    it('only the named keys of the agent with IdentitiesOnly', async () => {
      const agentSocket = await startAgent('other1', 'other2', 'other3', 'user');
      const sshConfigFile = place.write('config-only', `IdentitiesOnly yes\nIdentityFile ${key}.pub\n`);
      const before = sshd.count('Failed publickey');
      expect(await whoami(await connect({ agentSocket, sshConfigFile }, { privateKeyFile: undefined }))).toBe(
        'root',
      );
      expect(sshd.count('Failed publickey')).toBe(before);
    });

    it('leaves tries for the password when the agent is full of keys', async () => {
      const more = ['x1', 'x2', 'x3'];
      for (const name of more) if (!existsSync(place.path(name))) place.key(name);
      const agentSocket = await startAgent('other1', 'other2', 'other3', ...more);
      const credentials = { sshPassword: password('pass word'), becomePassword: undefined };
      const result = await connect({ agentSocket, credentials }, { user, privateKeyFile: undefined });
      expect(await whoami(result)).toBe(user);
    });

    it('says what was tried, and how many keys were not', async () => {
      const more = ['y1', 'y2', 'y3', 'y4'];
      for (const name of more) place.key(name);
      const agentSocket = await startAgent('other1', 'other2', 'other3', ...more);
      const result = await connect({ agentSocket }, { privateKeyFile: undefined });
      if (result.ok || result.error.kind !== 'auth') throw new Error('expected an auth failure');
      expect(result.error.tried[0]).toMatch(/^agent key other1 \(SHA256:[\w+/]{43}\)$/);
      expect(result.error.tried.at(-1)).toMatch(/^1 more keys not tried/);
    });

    it('says so when there is nothing to try, or the file is missing', async () => {
      const nothing = await connect({}, { privateKeyFile: undefined });
      expect(nothing).toMatchObject({
        error: { kind: 'auth', tried: [], hint: expect.stringContaining('--ask-pass') as string },
      });
      const missing = await connect({}, { privateKeyFile: '/nonexistent/key' });
      expect(missing).toMatchObject({ error: { tried: ['key /nonexistent/key not tried: no such file'] } });
    });
  });

  describe('passwords', () => {
    const credentials = (text: string): Partial<SshOptions> => ({
      credentials: { sshPassword: password(text), becomePassword: undefined },
    });

    it('logs in with a password after keys that were refused', async () => {
      expect(
        await whoami(await connect(credentials('pass word'), { user, privateKeyFile: place.path('other1') })),
      ).toBe(user);
    });

    it('reports a wrong one without showing it', async () => {
      const result = await connect(credentials('s3cret'), { user, privateKeyFile: undefined });
      expect(result).toMatchObject({
        ok: false,
        error: { kind: 'auth', user, tried: ['password', 'keyboard-interactive'] },
      });
      expect(JSON.stringify(result)).not.toContain('s3cret');
    });

    it('answers keyboard-interactive', async () => {
      const server = await place.sshd([
        'UsePAM yes',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication yes',
      ]);
      const knownHostsFiles = records(
        'known-kbd',
        `[127.0.0.1]:${server.port} ${server.hostKey('ed25519')}\n`,
      );
      const result = await connect(
        { ...credentials('pass word'), knownHostsFiles },
        { user, port: server.port, privateKeyFile: undefined },
      );
      expect(await whoami(result)).toBe(user);
      await server.stop();
    });
  });

  describe('host keys', () => {
    const verdict = async (knownHostsFiles: readonly string[], port = sshd.port): Promise<string> => {
      const result = await connect({ knownHostsFiles }, { port });
      if (result.ok) {
        await result.value.close();
        return 'connected';
      }
      return result.error.kind === 'host-key' ? result.error.verdict : JSON.stringify(result.error);
    };
    const name = (): string => `[127.0.0.1]:${sshd.port}`;

    it.each([
      ['plain', () => `${name()} ${sshd.hostKey('ed25519')}\n`, 'connected'],
      ['a list with a comment', () => `other,${name()} ${sshd.hostKey('ed25519')} a comment\n`, 'connected'],
      ['without its port', () => `127.0.0.1 ${sshd.hostKey('ed25519')}\n`, 'connected'],
      ['another key type only', () => `${name()} ${sshd.hostKey('rsa')}\n`, 'connected'],
      ['ecdsa only', () => `${name()} ${sshd.hostKey('ecdsa')}\n`, 'connected'],
      ['nothing', () => '', 'unknown'],
      ['another host', () => `[127.0.0.1]:1 ${sshd.hostKey('ed25519')}\n`, 'unknown'],
      ['changed', () => `${name()} ${rsaOnly.hostKey('rsa')}\n`, 'changed'],
      [
        'revoked',
        () => `${name()} ${sshd.hostKey('ed25519')}\n@revoked * ${sshd.hostKey('ed25519')}\n`,
        'revoked',
      ],
      ['by authority', () => `@cert-authority * ${sshd.hostKey('ed25519')}\n`, 'unsupported'],
    ])('%s', async (label, text, expected) => {
      expect(await verdict(records(`known-${label.replaceAll(' ', '-')}`, text()))).toBe(expected);
    });

    it('hashed by ssh-keygen', async () => {
      const [file] = records('hashed', `${name()} ${sshd.hostKey('ed25519')}\n`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file ?? ''], { stdio: 'ignore' });
      expect(readFileSync(file ?? '', 'utf8')).toMatch(/^\|1\|/);
      expect(await verdict([file ?? ''])).toBe('connected');
    });

    it('asks a server with several keys for the type that is recorded', async () => {
      expect(
        await verdict(
          records('rsa-record', `[127.0.0.1]:${rsaOnly.port} ${rsaOnly.hostKey('rsa')}\n`),
          rsaOnly.port,
        ),
      ).toBe('connected');
    });

    it('names file, line and fingerprint', async () => {
      const result = await connect({
        knownHostsFiles: records('wrong', `# one\n${name()} ${rsaOnly.hostKey('rsa')}\n`),
      });
      expect(result).toMatchObject({
        error: {
          fingerprint: expect.stringMatching(/^SHA256:/) as string,
          hint: '',
          file: place.path('wrong'),
          line: 2,
        },
      });
    });

    it('records a new key once, in a file that only the user can read, and never a changed key', async () => {
      const file = place.path('new/known_hosts');
      const accepting = { knownHostsFiles: [file], acceptNewHostKeys: true };
      const transport = createSshTransport(options(place, accepting));
      const results = await Promise.all(
        [1, 2, 3].map(() => transport.connect(target(sshd.port, { privateKeyFile: key }), never)),
      );
      for (const result of results) await unwrap(result).close();
      expect(readFileSync(file, 'utf8')).toBe(`${name()} ${sshd.hostKey('ed25519')}\n`);
      expect([statSync(file).mode & 0o777, statSync(place.path('new')).mode & 0o777]).toEqual([0o600, 0o700]);
      expect(execFileSync('ssh-keygen', ['-F', name(), '-f', file], { encoding: 'utf8' })).toContain(
        'ssh-ed25519',
      );

      const changed = records('changed-2', `${name()} ${rsaOnly.hostKey('rsa')}`);
      expect(await connect({ knownHostsFiles: changed, acceptNewHostKeys: true })).toMatchObject({
        error: { verdict: 'changed' },
      });
      expect(readFileSync(changed[0] ?? '', 'utf8')).toBe(`${name()} ${rsaOnly.hostKey('rsa')}`);
    });

    it('starts a new line in a file without a final line break', async () => {
      const files = records('unended', `elsewhere ${rsaOnly.hostKey('rsa')}`);
      await unwrap(await connect({ knownHostsFiles: files, acceptNewHostKeys: true })).close();
      expect(readFileSync(files[0] ?? '', 'utf8').split('\n')).toHaveLength(3);
      expect(await verdict(files)).toBe('connected');
    });

    it('sends no password to a host that is not known', async () => {
      const before = sshd.count('password for');
      const credentials = { sshPassword: password('pass word'), becomePassword: undefined };
      await connect(
        { credentials, knownHostsFiles: records('empty', '') },
        { user, privateKeyFile: undefined },
      );
      expect(sshd.count('password for')).toBe(before);
    });
  });

  describe('ssh_config and jump hosts', () => {
    it('follows HostName, Port, User, IdentityFile and HostKeyAlias', async () => {
      const sshConfigFile = place.write(
        'config',
        `Host node1\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${user}\n  IdentityFile ${key}\n  HostKeyAlias some-alias\n`,
      );
      const knownHostsFiles = records('alias', `some-alias ${sshd.hostKey('ed25519')}\n`);
      const result = await connect(
        { sshConfigFile, knownHostsFiles },
        { address: 'node1', port: 22, user: undefined, privateKeyFile: undefined },
      );
      expect(await whoami(result)).toBe(user);
    });

    it('goes through a chain of jump hosts, each key checked by its own name, each connection shared', async () => {
      const [first, second] = [await place.sshd(), await place.sshd()];
      const sshConfigFile = place.write(
        'config-jump',
        `Host inner\n HostName 127.0.0.1\n ProxyJump root@hop1:${first.port},hop2\nHost hop1\n HostName 127.0.0.1\nHost hop2\n HostName 127.0.0.1\n Port ${second.port}\n User root\nHost *\n IdentityFile ${key}\n`,
      );
      const lines = [first, second, sshd].map(
        (server) => `[127.0.0.1]:${server.port} ${server.hostKey('ed25519')}\n`,
      );
      const transport = createSshTransport(
        options(place, { sshConfigFile, knownHostsFiles: records('jump', lines.join('')) }),
      );
      const before = sshd.count('Connection from');
      const results = await Promise.all(
        [1, 2, 3].map(() =>
          transport.connect(target(sshd.port, { address: 'inner', privateKeyFile: key }), never),
        ),
      );
      const connections = results.map(unwrap);
      const outputs = await Promise.all(
        connections.map((connection) => runScript(connection, 'echo $SSH_CONNECTION')),
      );
      expect(outputs.map(({ exit }) => exit)).toEqual(Array(3).fill({ kind: 'exited', code: 0 }));
      expect([first.count('Connection from'), second.count('Connection from')]).toEqual([1, 1]);
      expect(sshd.count('Connection from') - before).toBe(3);
      for (const connection of connections) await connection.close();
      await waitUntil(
        () => first.sessions().length + second.sessions().length === 0,
        'jump connections closed',
      );

      const incomplete = records('jump2', lines.slice(1).join(''));
      expect(
        await connect({ sshConfigFile, knownHostsFiles: incomplete }, { address: 'inner' }),
      ).toMatchObject({
        error: { kind: 'host-key', verdict: 'unknown', address: `127.0.0.1:${first.port}` },
      });
    });

    it('loses all hosts behind a jump host that disconnects', async () => {
      const hop = await place.sshd();
      const sshConfigFile = place.write(
        'config-lost',
        `Host inner\n HostName 127.0.0.1\n ProxyJump root@127.0.0.1:${hop.port}\nHost *\n IdentityFile ${key}\n`,
      );
      const lines = [hop, sshd].map((server) => `[127.0.0.1]:${server.port} ${server.hostKey('ed25519')}\n`);
      const transport = createSshTransport(
        options(place, { sshConfigFile, knownHostsFiles: records('lost', lines.join('')) }),
      );
      const connection = unwrap(
        await transport.connect(target(sshd.port, { address: 'inner', privateKeyFile: key }), never),
      );
      const script = connection.run('sleep 20', { onStdout: () => undefined, timeoutSeconds: 20 });
      await hop.stop();
      expect(await script.exit).toMatchObject({ kind: 'lost' });
      await connection.close();
    });

    it('tries an unreachable jump host once for all hosts behind it', async () => {
      const hop = await place.sshd();
      const sshConfigFile = place.write(
        'config-refused',
        `Host inner\n HostName 127.0.0.1\n ProxyJump root@127.0.0.1:${hop.port}\nHost *\n IdentityFile ${place.path('other1')}\n`,
      );
      const knownHostsFiles = records('refused', `[127.0.0.1]:${hop.port} ${hop.hostKey('ed25519')}\n`);
      const transport = createSshTransport(options(place, { sshConfigFile, knownHostsFiles }));
      const inner = target(sshd.port, { address: 'inner', privateKeyFile: key });
      for (const result of await Promise.all([1, 2, 3].map(() => transport.connect(inner, never)))) {
        expect(result).toMatchObject({ error: { kind: 'auth', address: `127.0.0.1:${hop.port}` } });
      }
      expect(hop.count('Connection from')).toBe(1);
    });

    it('names settings that are not supported', async () => {
      const sshConfigFile = place.write('config-proxy', 'Host *\n ProxyCommand nc %h %p\n');
      expect(await connect({ sshConfigFile })).toMatchObject({
        error: { kind: 'unreachable', hint: 'Use ProxyJump instead.' },
      });
      expect(await connect({ sshConfigFile: '/nonexistent' })).toMatchObject({
        error: { kind: 'unreachable', reason: '/nonexistent: no such file' },
      });
    });
  });

  describe('no connection', () => {
    it('refused connections and unknown names', async () => {
      const refused = await connect({}, { port: await freePort() });
      expect(refused).toMatchObject({
        error: {
          kind: 'unreachable',
          reason: expect.stringContaining('ECONNREFUSED') as string,
          hint: expect.stringContaining('Check that sshd is running') as string,
        },
      });
      const unknown = await connect({}, { address: 'no-such-host.invalid' });
      expect(unknown).toMatchObject({
        error: { kind: 'unreachable', address: `no-such-host.invalid:${sshd.port}` },
      });
    });

    it('times out with a silent server, and ends at once when it is aborted', async () => {
      const server = createServer((socket) => socket.resume().on('error', () => undefined));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      expect(await connect({ connectTimeoutSeconds: 0.3 }, { port })).toMatchObject({
        error: { kind: 'unreachable', reason: 'no connection within 0.3 s' },
      });
      const control = new AbortController();
      setTimeout(() => control.abort(), 100);
      // not at its own time limit, which would be another reason
      expect(await connect({}, { port }, {}, control.signal)).toMatchObject({
        error: { kind: 'unreachable', reason: 'the connection attempt was cancelled' },
      });
      await new Promise((resolve) => server.close(resolve));
    });

    it('a server that is not an SSH server', async () => {
      const server = createServer((socket) => socket.resume().end('HTTP/1.0 400 Bad Request\r\n\r\n'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const sleeps: number[] = [];
      const sleep = (milliseconds: number): Promise<void> => Promise.resolve(void sleeps.push(milliseconds));
      expect(await connect({}, { port }, { sleep, random: () => 0.5 })).toMatchObject({
        error: {
          kind: 'unreachable',
          hint: expect.stringContaining('Check that it is an SSH server') as string,
        },
      });
      expect(sleeps).toEqual([500, 1000, 2000]);
      await new Promise((resolve) => server.close(resolve));
    });

    it('tries again when the server has too many logins at the same time', async () => {
      const busy = await place.sshd(['MaxStartups 1:100:1']);
      const knownHostsFiles = records('busy', `[127.0.0.1]:${busy.port} ${busy.hostKey('ed25519')}\n`);
      const transport = createSshTransport(options(place, { knownHostsFiles }), DEFAULT_TUNING);
      const results = await Promise.all(
        [1, 2, 3].map(() => transport.connect(target(busy.port, { privateKeyFile: key }), never)),
      );
      for (const result of results) await unwrap(result).close();
      expect(busy.log()).toMatch(/beginning MaxStartups throttling|drop connection/);
    });

    it('a server with retired algorithms only', async () => {
      const old = await place.sshd(['KexAlgorithms diffie-hellman-group14-sha1']);
      const knownHostsFiles = records('old', `[127.0.0.1]:${old.port} ${old.hostKey('ed25519')}\n`);
      expect(await connect({ knownHostsFiles }, { port: old.port })).toMatchObject({
        error: { kind: 'unreachable', reason: 'Handshake failed: no matching key exchange algorithm' },
      });
    });
  });

  it('leaves no password in the log of the server', () => {
    expect(sshd.log()).not.toMatch(/pass word|s3cret/);
  });
});
