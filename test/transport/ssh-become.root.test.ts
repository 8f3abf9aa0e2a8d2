import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSshTransport } from '../../src/transport/ssh/transport.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { options, password, runScript, type Sshd, target, unwrap, Workplace } from './sshd.ts';

const never = new AbortController().signal;

describe('sudo over ssh', () => {
  const place = new Workplace();
  const user = `fbsudo${process.pid}`;
  const rules = `/etc/sudoers.d/fastboot-test-${process.pid}`;
  let sshd: Sshd;
  let key: string;

  beforeAll(async () => {
    key = place.key('user');
    copyFileSync(`${key}.pub`, place.path('authorized_keys'));
    const shadow = execFileSync('openssl', ['passwd', '-6', 'become me'], { encoding: 'utf8' }).trim();
    execFileSync('useradd', ['-M', '-d', place.folder, '-s', '/bin/sh', '-p', shadow, user]);
    sshd = await place.sshd();
    place.write('known_hosts', `[127.0.0.1]:${sshd.port} ${sshd.hostKey('ed25519')}\n`);
  });
  beforeEach(() => sudoers('ALL=(ALL) ALL'));
  afterAll(async () => {
    await place.clear();
    rmSync(rules, { force: true });
    execFileSync('userdel', ['-f', user], { stdio: 'ignore' });
  });

  const sudoers = (rule: string, defaults = ''): void =>
    writeFileSync(rules, `${user} ${rule}\n${defaults}\n`, { mode: 0o440 });
  const connect = async (becomePassword?: string): Promise<Connection> => {
    const credentials = {
      sshPassword: undefined,
      becomePassword: becomePassword === undefined ? undefined : password(becomePassword),
    };
    const transport = createSshTransport(options(place, { credentials }));
    const to = target(sshd.port, { user, privateKeyFile: key, become: true });
    return unwrap(await transport.connect(to, never));
  };
  const SCRIPT = 'id -u; echo "$LC_ALL $LANG"; echo err >&2; read -r line; echo "<$line>"; exit 6';
  const GOOD = {
    exit: { kind: 'exited', code: 6 },
    stdout: '0\nC C\n<input>\n',
    stderr: expect.stringMatching(/err\n$/) as string,
  };

  it.each([
    ['with the password', 'ALL=(ALL) ALL', '', 'become me'],
    ['without asking', 'ALL=(ALL) NOPASSWD: ALL', '', undefined],
    ['without asking, though there is a password', 'ALL=(ALL) NOPASSWD: ALL', '', 'become me'],
    ['through a pty of its own', 'ALL=(ALL) ALL', `Defaults:${user} use_pty`, 'become me'],
    ['without a pty of its own', 'ALL=(ALL) ALL', `Defaults:${user} !use_pty`, 'become me'],
    ['after a lecture', 'ALL=(ALL) ALL', `Defaults:${user} lecture=always`, 'become me'],
  ])('becomes root %s', async (_label, rule, defaults, secret) => {
    sudoers(rule, defaults);
    const connection = await connect(secret);
    for (let round = 0; round < 2; round += 1) {
      const outcome = await runScript(connection, SCRIPT, 'input\n');
      expect(outcome).toEqual(GOOD);
      expect(outcome.stdout + outcome.stderr).not.toMatch(/become me|fastboot-/);
    }
    await connection.close();
  });

  it('moves large input and output', async () => {
    const connection = await connect('become me');
    const outcome = await runScript(
      connection,
      '{ wc -c; head -c 5000000 /dev/zero | tr "\\0" x; }',
      'y'.repeat(5_000_000),
    );
    expect(outcome.exit).toEqual({ kind: 'exited', code: 0 });
    expect(outcome.stdout.length).toBe('5000000\n'.length + 5_000_000);
    await connection.close();
  });

  it('sends a wrong password once, and no password where sudo does not ask', async () => {
    const connection = await connect('wrong');
    const outcome = await runScript(connection, 'echo must not run; cat', 'input\n');
    expect(outcome).toMatchObject({
      exit: { kind: 'become-failed', reason: 'sudo did not accept the password' },
      stdout: '',
    });
    await connection.close();
  });

  it.each([
    ['sudo asks for a password and there is none', 'ALL=(ALL) ALL', '', 'sudo asks for a password'],
    ['sudo needs a terminal', 'ALL=(ALL) NOPASSWD: ALL', 'requiretty', 'sudo needs a terminal (requiretty)'],
  ])('says why it failed: %s', async (_label, rule, defaults, reason) => {
    sudoers(rule, defaults === '' ? '' : `Defaults:${user} ${defaults}`);
    const connection = await connect();
    expect((await runScript(connection, 'echo must not run')).exit).toMatchObject({
      kind: 'become-failed',
      reason,
    });
    await connection.close();
  });

  it('says why it failed with a password: not in sudoers', async () => {
    rmSync(rules);
    const connection = await connect('become me');
    expect((await runScript(connection, 'true')).exit).toMatchObject({
      kind: 'become-failed',
      reason: 'sudoers does not allow this user to become root',
    });
    await connection.close();
  });

  it.each(['/usr/bin/fish', '/usr/bin/tcsh', '/bin/bash', '/bin/dash'])(
    'with %s as login shell',
    async (shell) => {
      execFileSync('usermod', ['-s', shell, user]);
      const connection = await connect('become me');
      expect(await runScript(connection, SCRIPT, 'input\n')).toEqual(GOOD);
      await connection.close();
    },
  );

  it('fails for an account without a shell', async () => {
    for (const shell of ['/usr/sbin/nologin', '/bin/true']) {
      execFileSync('usermod', ['-s', shell, user]);
      const transport = createSshTransport(options(place));
      const to = target(sshd.port, { user, privateKeyFile: key });
      const connection = unwrap(await transport.connect(to, never));
      expect((await runScript(connection, 'true')).exit).toMatchObject({
        kind: 'lost',
        cause: expect.stringContaining('did not start') as string,
      });
      await connection.close();
    }
  });
});
