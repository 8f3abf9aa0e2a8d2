import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../src/core/secrets/secret.ts';
import type { SshOptions } from '../../src/transport/ssh/options.ts';
import type { Connection, Exit, Target } from '../../src/transport/transport.ts';

/** A real sshd on a loopback port, with keys and configuration of its own. */
export interface Sshd {
  readonly port: number;
  readonly pid: number;
  /** The public host key of this type, as in known_hosts: `TYPE BASE64`. */
  hostKey(type: string): string;
  log(): string;
  /** How often a text is in the log. */
  count(text: string): number;
  /** Processes of sshd that serve connections. */
  sessions(): readonly number[];
  stop(): Promise<void>;
}

export const SSHD = '/usr/sbin/sshd';

export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'fastboot-ssh-'));
  readonly #servers: Sshd[] = [];

  constructor() {
    // sshd reads authorized_keys as the user who logs in
    chmodSync(this.folder, 0o755);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string, mode = 0o600): string {
    writeFileSync(this.path(name), text, { mode });
    return this.path(name);
  }

  /** Makes a key pair. Returns the file of the private key. */
  key(name: string, type = 'ed25519', passphrase = ''): string {
    const bits = type === 'rsa' ? ['-b', '2048'] : [];
    const file = this.path(name);
    execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', name, '-f', file]);
    return file;
  }

  async sshd(lines: readonly string[] = [], hostKeyTypes: readonly string[] = ['ed25519']): Promise<Sshd> {
    const server = await startSshd(this, this.#servers.length, lines, hostKeyTypes);
    this.#servers.push(server);
    return server;
  }

  async clear(): Promise<void> {
    for (const server of this.#servers) await server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function startSshd(
  place: Workplace,
  index: number,
  lines: readonly string[],
  hostKeyTypes: readonly string[],
): Promise<Sshd> {
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  const keys = hostKeyTypes.map((type) => place.key(`host${index}_${type}`, type));
  const log = place.path(`sshd${index}.log`);
  const config = place.write(
    `sshd${index}.conf`,
    [
      ...lines,
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...keys.map((key) => `HostKey ${key}`),
      `PidFile ${place.path(`sshd${index}.pid`)}`,
      `AuthorizedKeysFile ${place.path('authorized_keys')}`,
      'StrictModes no',
      'PermitRootLogin yes',
      'UsePAM no',
      'LogLevel VERBOSE',
      'UseDNS no',
      '',
    ].join('\n'),
  );
  const child = spawn(SSHD, ['-D', '-f', config, '-E', log], { stdio: ['ignore', 'inherit', 'inherit'] });
  const readLog = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  await waitUntil(() => readLog().includes('Server listening'), `sshd: ${config}`);
  const pid = child.pid ?? 0;
  return {
    port,
    pid,
    hostKey: (type) => {
      const text = readFileSync(`${place.path(`host${index}_${type}`)}.pub`, 'utf8');
      return text.split(' ').slice(0, 2).join(' ');
    },
    log: readLog,
    count: (text) => readLog().split(text).length - 1,
    sessions: () => childrenOf(pid),
    stop: () => stopChild(child),
  };
}

export function childrenOf(pid: number): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

async function stopChild(child: ChildProcess): Promise<void> {
  for (const session of childrenOf(child.pid ?? 0)) signalQuietly(session, 'SIGKILL');
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended already
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Waits for something that has to happen. Throws after the limit, with what did not happen. */
export async function waitUntil(condition: () => boolean, what: string, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`did not happen within ${seconds} s: ${what}`);
    await sleep(10);
  }
}

export function options(place: Workplace, changes: Partial<SshOptions> = {}): SshOptions {
  return {
    knownHostsFiles: [place.path('known_hosts')],
    acceptNewHostKeys: false,
    sshConfigFile: undefined,
    credentials: { sshPassword: undefined, becomePassword: undefined },
    agentSocket: undefined,
    defaultIdentityFiles: [],
    connectTimeoutSeconds: 10,
    maxConnecting: 10,
    home: homedir(),
    localUser: 'root',
    ...changes,
  };
}

export const password = (text: string): Secret => new Secret(text);

export function target(port: number, changes: Partial<Target> = {}): Target {
  return {
    name: 'host1',
    address: '127.0.0.1',
    port,
    user: 'root',
    privateKeyFile: undefined,
    connection: 'ssh',
    become: false,
    ...changes,
  };
}

export interface Outcome {
  readonly exit: Exit;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script to its end. Returns all its output. */
export async function runScript(
  connection: Connection,
  script: string,
  input = '',
  timeoutSeconds: number | undefined = 20,
): Promise<Outcome> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const running = connection.run(script, {
    onStdout: (chunk) => stdout.push(chunk),
    onStderr: (chunk) => stderr.push(chunk),
    timeoutSeconds,
  });
  if (input !== '') running.write(input);
  running.end();
  const exit = await running.exit;
  return {
    exit,
    stdout: Buffer.concat(stdout).toString('utf8'),
    stderr: Buffer.concat(stderr).toString('utf8'),
  };
}

/** The value of a result that must be ok. */
export function unwrap<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
