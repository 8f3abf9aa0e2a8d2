import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFakeTransport } from '../../src/transport/fake.ts';
import { createLocalTransport } from '../../src/transport/local.ts';
import { createTransport } from '../../src/transport/select.ts';
import { createKeyedLimit } from '../../src/transport/ssh/limit.ts';
import { offeredAlgorithms } from '../../src/transport/ssh/algorithms.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { options, runScript, target, unwrap, waitUntil, Workplace } from './sshd.ts';

const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'fastboot-local-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('this machine', () => {
  const connect = async (): Promise<Connection> => {
    const transport = createLocalTransport({ sshPassword: undefined, becomePassword: undefined }, 0);
    return unwrap(await transport.connect(target(22, { connection: 'local', become: true }), never));
  };

  it('runs scripts like ssh does', async () => {
    const connection = await connect();
    expect(await runScript(connection, 'id -u; echo $LC_ALL; echo e >&2; cat; exit 9', 'input')).toEqual({
      exit: { kind: 'exited', code: 9 },
      stdout: `${userInfo().uid}\nC\ninput`,
      stderr: 'e\n',
    });
    expect((await runScript(connection, 'kill -TERM $$')).exit).toEqual({
      kind: 'signalled',
      signal: 'SIGTERM',
    });
    expect((await runScript(connection, 'exit 5', 'x'.repeat(3_000_000))).exit).toEqual({
      kind: 'exited',
      code: 5,
    });
    const large = await runScript(
      connection,
      'head -c 10000000 /dev/zero >&2 & head -c 10000000 /dev/zero; wait',
    );
    expect([large.stdout.length, large.stderr.length]).toEqual([10_000_000, 10_000_000]);
    expect((await runScript(connection, 'sleep 20', '', 0.2)).exit).toEqual({
      kind: 'timed-out',
      seconds: 0.2,
    });
    await connection.close();
  });

  it('ends all processes of an aborted script', async () => {
    const connection = await connect();
    const file = join(folder, 'pids');
    const script = connection.run(`sleep 300 & echo $! > ${file}; echo up; sleep 301`, {
      onStdout: () => undefined,
      timeoutSeconds: undefined,
    });
    await waitUntil(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'), 'script started');
    const pid = Number(readFileSync(file, 'utf8'));
    script.abort();
    expect(await script.exit).toMatchObject({ kind: 'lost' });
    await waitUntil(() => !isRunning(pid), 'child ended');
    await connection.close();
  });

  it('is chosen by the target', async () => {
    const place = new Workplace();
    const transport = createTransport(options(place), 0);
    const local = unwrap(await transport.connect(target(1, { connection: 'local' }), never));
    expect((await runScript(local, 'exit 2')).exit).toEqual({ kind: 'exited', code: 2 });
    await local.close();
    expect(await transport.connect(target(1), never)).toMatchObject({ error: { kind: 'unreachable' } });
    await place.clear();
  });
});

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('fake transport', () => {
  it('answers, reads input, records', async () => {
    const transport = createFakeTransport({
      host1: async (script, io) => {
        io.stdout(`${script}:`);
        for (let line = await io.readLine(); line !== undefined; line = await io.readLine())
          io.stdout(`<${line}>`);
        return { kind: 'exited', code: 0 };
      },
    });
    const connection = unwrap(await transport.connect(target(22), never));
    expect(await runScript(connection, 'S', 'a\nb')).toMatchObject({
      exit: { kind: 'exited', code: 0 },
      stdout: 'S:<a><b>',
    });
    const waiting = connection.run('T', { onStdout: () => undefined, timeoutSeconds: undefined });
    await connection.close();
    expect(await waiting.exit).toMatchObject({ kind: 'lost' });
    expect(transport.scripts).toEqual([
      { host: 'host1', script: 'S' },
      { host: 'host1', script: 'T' },
    ]);
    expect(transport.connections.get('host1')).toBe(1);
    expect(await transport.connect(target(22, { name: 'other' }), never)).toMatchObject({
      error: { kind: 'unreachable' },
    });
  });
});

describe('createKeyedLimit', () => {
  it('limits the tasks of a key, keeps their order, and goes on after failures', async () => {
    const limit = createKeyedLimit(2);
    const log: string[] = [];
    let running = 0;
    let most = 0;
    const task = (name: string, fails: boolean) => async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      log.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (fails) throw new Error(name);
    };
    const names = ['a', 'b', 'c', 'd', 'e'];
    const results = await Promise.allSettled(names.map((name) => limit('key', task(name, name < 'c'))));
    expect(results.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect([most, log.join('')]).toEqual([2, 'abcde']);
    await Promise.all([
      limit('x', task('f', false)),
      limit('x', task('g', false)),
      limit('y', task('h', false)),
    ]);
    expect(most).toBe(3);
  });
});

describe('offeredAlgorithms', () => {
  it('puts recorded key types first and offers no retired algorithms', () => {
    const offered = offeredAlgorithms(['ssh-rsa', 'ssh-dss', 'ssh-ed25519']);
    expect(offered.serverHostKey).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
    ]);
    expect(JSON.stringify(offeredAlgorithms([]))).not.toMatch(/sha1|"ssh-rsa"|cbc|md5|arcfour/);
  });
});
