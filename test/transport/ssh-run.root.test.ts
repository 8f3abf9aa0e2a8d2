import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { createSshTransport } from '../../src/transport/ssh/transport.ts';
import { DEFAULT_TUNING, type SshTuning } from '../../src/transport/ssh/options.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { options, runScript, signalQuietly, type Sshd, target, unwrap, waitUntil } from './sshd.ts';
import { Workplace } from './sshd.ts';

const never = new AbortController().signal;

describe('scripts over ssh', () => {
  const place = new Workplace();
  let sshd: Sshd;
  let key: string;

  beforeAll(async () => {
    key = place.key('user');
    copyFileSync(`${key}.pub`, place.path('authorized_keys'));
    sshd = await place.sshd();
    place.write('known_hosts', `[127.0.0.1]:${sshd.port} ${sshd.hostKey('ed25519')}\n`);
  });
  afterAll(() => place.clear());

  const connect = async (tuning: Partial<SshTuning> = {}): Promise<Connection> => {
    const transport = createSshTransport(options(place), { ...DEFAULT_TUNING, ...tuning });
    return unwrap(await transport.connect(target(sshd.port, { privateKeyFile: key }), never));
  };

  it('returns output, errors and exit code, with several scripts on one connection', async () => {
    const before = sshd.count('Connection from');
    const connection = await connect();
    const outcome = await runScript(connection, 'echo out; echo err >&2; echo "$LC_ALL $LANG"; exit 3');
    expect(outcome).toEqual({ exit: { kind: 'exited', code: 3 }, stdout: 'out\nC C\n', stderr: 'err\n' });
    const both = await Promise.all([runScript(connection, 'echo a'), runScript(connection, 'echo b')]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n']);
    await connection.close();
    expect(sshd.count('Connection from') - before).toBe(1);
  });

  it('sends text after the script to its standard input', async () => {
    const connection = await connect();
    const running: string[] = [];
    const script = connection.run('{ while read -r line; do echo "<$line>"; done; exit 7; }', {
      onStdout: (chunk) => running.push(chunk.toString()),
      timeoutSeconds: 10,
    });
    script.write('one\n');
    await waitUntil(() => running.join('').includes('<one>'), 'first line echoed');
    script.write('two\n');
    script.end();
    expect(await script.exit).toEqual({ kind: 'exited', code: 7 });
    expect(running.join('')).toBe('<one>\n<two>\n');
    await connection.close();
  });

  it('never runs input that the script did not read', async () => {
    const connection = await connect();
    const outcome = await runScript(connection, 'read -r line; echo "$line"', 'first\necho INJECTED\n');
    expect(outcome).toEqual({ exit: { kind: 'exited', code: 0 }, stdout: 'first\n', stderr: '' });
    await connection.close();
  });

  it('runs nothing of an incomplete script', async () => {
    const connection = await connect();
    const outcome = await runScript(connection, 'echo ran; if true; then');
    expect(outcome.stdout).toBe('');
    expect(outcome.exit).toMatchObject({
      kind: 'lost',
      cause: expect.stringContaining('did not start') as string,
    });
    await connection.close();
  });

  it('carries bytes that are not UTF-8 in the script and its input', async () => {
    const connection = await connect();
    const outcome = await runScript(
      connection,
      "printf '%s\\n' '\udcff' | od -An -tx1; cat | od -An -tx1",
      '\udc80',
    );
    expect(outcome.stdout).toBe(' ff 0a\n 80\n');
    await connection.close();
  });

  it('reports a signal', async () => {
    const connection = await connect();
    expect((await runScript(connection, 'kill -KILL $$')).exit).toEqual({
      kind: 'signalled',
      signal: 'SIGKILL',
    });
    await connection.close();
  });

  it('sends a script of several MiB and 20 MiB of input', async () => {
    const connection = await connect();
    const padding = `: ${'x'.repeat(78)}\n`.repeat(60_000);
    const input = '0123456789abcde\n'.repeat(1024 * 64 * 20);
    const outcome = await runScript(connection, `${padding}{ wc -c; }`, input);
    expect(outcome.exit).toEqual({ kind: 'exited', code: 0 });
    expect(outcome.stdout.trim()).toBe(String(20 * 1024 * 1024));
    await connection.close();
  });

  it('accepts 10 MB on both outputs at the same time', async () => {
    const connection = await connect();
    const outcome = await runScript(
      connection,
      'head -c 10000000 /dev/zero | tr "\\0" e >&2 & head -c 10000000 /dev/zero | tr "\\0" o; wait',
    );
    expect(outcome.exit).toEqual({ kind: 'exited', code: 0 });
    expect([outcome.stdout.length, outcome.stderr.length]).toEqual([10_000_000, 10_000_000]);
    await connection.close();
  });

  it('does not hang when nobody reads the input', async () => {
    const connection = await connect();
    const outcome = await runScript(connection, '{ exit 5; }', 'x'.repeat(8 * 1024 * 1024));
    expect(outcome.exit).toEqual({ kind: 'exited', code: 5 });
    await connection.close();
  });

  it('ends a script that takes too long, and the connection stays usable', async () => {
    const connection = await connect();
    const outcome = await runScript(connection, 'echo begun; sleep 30', '', 1.5);
    expect(outcome).toMatchObject({ exit: { kind: 'timed-out', seconds: 1.5 }, stdout: 'begun\n' });
    expect((await runScript(connection, 'echo on')).stdout).toBe('on\n');
    await connection.close();
  });

  it('starts the time limit again by touch', async () => {
    const connection = await connect();
    const script = connection.run('sleep 1.5; exit 4', { onStdout: () => undefined, timeoutSeconds: 1 });
    const touching = setInterval(() => script.touch(), 100);
    expect(await script.exit).toEqual({ kind: 'exited', code: 4 });
    clearInterval(touching);
    await connection.close();
  });

  it('aborts a script', async () => {
    const connection = await connect();
    const script = connection.run('sleep 30', { onStdout: () => undefined, timeoutSeconds: undefined });
    await sleep(50);
    script.abort();
    expect(await script.exit).toMatchObject({ kind: 'lost' });
    await connection.close();
  });

  it('reports a connection that breaks during a script as lost, never as an exit', async () => {
    const connection = await connect();
    const seen: string[] = [];
    const script = connection.run('echo begun; sleep 30', {
      onStdout: (chunk) => seen.push(chunk.toString()),
      timeoutSeconds: 20,
    });
    await waitUntil(() => seen.join('') === 'begun\n', 'script begun');
    for (const pid of sshd.sessions()) signalQuietly(pid, 'SIGKILL');
    expect(await script.exit).toMatchObject({ kind: 'lost' });
    expect((await runScript(connection, 'echo late')).exit).toMatchObject({ kind: 'lost' });
    await connection.close();
  });

  it('notices a peer that is dead but connected', async () => {
    const connection = await connect({ keepaliveSeconds: 0.2, keepaliveCount: 2 });
    const script = connection.run('sleep 600', { onStdout: () => undefined, timeoutSeconds: 500 });
    await sleep(100);
    const sessions = sshd.sessions();
    for (const pid of sessions) signalQuietly(pid, 'SIGSTOP');
    // not timed out: the keepalives have noticed it first
    expect(await script.exit).toEqual({ kind: 'lost', cause: 'Keepalive timeout' });
    for (const pid of sessions) signalQuietly(pid, 'SIGKILL');
    await connection.close();
  });

  it('loses running scripts when the connection is closed', async () => {
    const connection = await connect();
    const script = connection.run('sleep 30', { onStdout: () => undefined, timeoutSeconds: 20 });
    await connection.close();
    expect(await script.exit).toEqual({ kind: 'lost', cause: 'the connection was closed' });
  });

  it('keeps no process alive once the connection is closed', async () => {
    const bundle = place.path('once.mjs');
    await build({
      stdin: { contents: ONCE, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['cpu-features', '*.node'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname;",
      },
    });
    const input = { options: options(place), target: target(sshd.port, { privateKeyFile: key }) };
    const { stdout } = await promisify(execFile)(process.execPath, [bundle, JSON.stringify(input)], {
      timeout: 100_000,
    });
    expect(stdout.trim()).toBe('exited, left: none');
  });
});

/** Connects, runs a script, aborts another, closes, and prints which timers and sockets would keep the process alive then. */
const ONCE = `
  import { createSshTransport } from '../../src/transport/ssh/transport.ts';
  const input = JSON.parse(process.argv[2]);
  const transport = createSshTransport(input.options);
  const result = await transport.connect(input.target, new AbortController().signal);
  const options = { onStdout: () => undefined, timeoutSeconds: 600 };
  const script = result.value.run('exit 0', options);
  const endless = result.value.run('sleep 600', options);
  const exit = await script.exit;
  endless.abort();
  await result.value.close();
  await new Promise(setImmediate);
  const left = process.getActiveResourcesInfo().filter((name) => /Timeout|TCP|Process/.test(name));
  console.log(exit.kind + ', left: ' + (left.join(' ') || 'none'));
`;
