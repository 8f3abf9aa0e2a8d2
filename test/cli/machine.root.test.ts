import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseEvents } from '../report/schemas.ts';
import { ensureBundle, startApart, until } from './cli.ts';
import { WAIT, site } from './site.ts';

beforeAll(ensureBundle);

const FAILS = '    - command: { script: "echo alas >&2; exit 7", creates: /nonexistent }\n';

/** Makes fastboot fail in itself at SIGUSR2. */
const withBug = (bug: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${bug} })`)}`,
});

describe('the event stream ends with run.done', () => {
  it.each([
    ['an exception', `throw new Error('a bug')`],
    ['a rejection', `void Promise.reject(new Error('a bug'))`],
  ])('after %s in fastboot itself; hosts end what they have begun', async (_what, bug) => {
    const { args, at } = site(WAIT);
    const options = ['--yes', '--json', '--log-file', at('log')];
    const run = startApart(['apply', ...args, ...options], undefined, withBug(bug));
    await until(() => existsSync(at('c1/begun')));
    run.child.kill('SIGUSR2');
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/^Internal error. Please report it with the trace below. [^]*a bug\n +at /);
    const events = parseEvents(stdout);
    expect(events.at(-2)).toMatchObject({ type: 'run.failed', reason: 'internal' });
    expect(events.at(-2)?.['text']).toContain('a bug');
    expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 3 });
    expect(parseEvents(readFileSync(at('log'), 'utf8'))).toHaveLength(events.length);
    writeFileSync(at('c1/go'), '');
    await until(() => existsSync(at('c1/waited')));
    expect((await startApart(['apply', ...args, '--yes']).ended).code).toBe(0);
  });

  it('where another run holds the lock', async () => {
    const { args } = site();
    const hold = 'mkdir /run/fastboot && exec 9>>/run/fastboot/lock && flock 9 && "$@" 9>&-';
    const { code, stdout } = await startApart(['apply', ...args, '--yes', '--json'], hold).ended;
    expect(code).toBe(5);
    const events = parseEvents(stdout);
    expect(events.at(-2)).toMatchObject({ type: 'run.failed', reason: 'locked' });
    expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 5, counts: { skipped: 2 } });
  });

  it('where the playbook cannot be filled in', async () => {
    const { args } = site('    - directory: { path: "{{ rot }}/x" }\n');
    const { code, stdout } = await startApart(['plan', ...args, '--json']).ended;
    expect(code).toBe(1);
    const events = parseEvents(stdout);
    expect(events.at(-2)).toMatchObject({ type: 'run.failed', reason: 'playbook' });
    expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 1 });
  });

  it('on SIGHUP, as when the terminal is closed', async () => {
    const { args, at } = site(WAIT);
    const run = startApart(['apply', ...args, '--yes', '--json']);
    await until(() => existsSync(at('c1/begun')));
    run.child.kill('SIGHUP');
    await until(() => run.stdout().includes('"interrupted"'));
    writeFileSync(at('c1/go'), '');
    const { code, stdout } = await run.ended;
    expect(code).toBe(129);
    expect(parseEvents(stdout).at(-1)).toMatchObject({ type: 'run.done', exitCode: 129 });
  });
});

describe('run.done of a plan', () => {
  it('counts what apply would do', async () => {
    const { args } = site();
    const counts = async (command: string, ...more: readonly string[]) => {
      const { code, stdout } = await startApart([command, ...args, '--json', ...more]).ended;
      return { code, counts: parseEvents(stdout).at(-1)?.['counts'] };
    };
    const none = { failed: 0, unreachable: 0, blocked: 0, skipped: 0, deferred: 0 };
    const todo = { ...none, changed: 2, unchanged: 0, changes: 3 };
    expect(await counts('plan', '--detailed-exitcode')).toEqual({ code: 2, counts: todo });
    expect(await counts('apply', '--yes')).toEqual({ code: 0, counts: todo });
    const done = { ...none, changed: 0, unchanged: 2, changes: 0 };
    expect(await counts('plan', '--detailed-exitcode')).toEqual({ code: 0, counts: done });
  });
});

describe('--log-file', () => {
  it('holds plan, outputs and failures of run after run, for its owner alone, also without --json', async () => {
    const { args, at } = site(FAILS);
    const logged = ['--log-file', at('log')];
    expect((await startApart(['plan', ...args, ...logged]).ended).code).toBe(0);
    const first = readFileSync(at('log'), 'utf8');
    expect(parseEvents(first).at(-1)).toMatchObject({ type: 'run.done', exitCode: 0 });
    expect((await startApart(['apply', ...args, '--yes', '-q', ...logged]).ended).code).toBe(3);
    const events = parseEvents(readFileSync(at('log'), 'utf8').slice(first.length));
    expect(events.find(({ type }) => type === 'plan.made')).toMatchObject({ plan: { formatVersion: 1 } });
    expect(events.find(({ type }) => type === 'change.output')).toMatchObject({ host: 'c1', text: 'alas\n' });
    expect(events.find(({ type }) => type === 'change.failed')).toMatchObject({ failure: { code: 7 } });
    expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 3 });
    expect(statSync(at('log')).mode & 0o777).toBe(0o600);
  });

  it('is whole although the reader of standard output has left', async () => {
    const { args, at } = site();
    const options = ['--yes', '--json', '--log-file', at('log')];
    await startApart(['apply', ...args, ...options], '"$@" | head -n 1').ended;
    await until(() => readFileSync(at('log'), 'utf8').includes('"run.done"'));
    expect(parseEvents(readFileSync(at('log'), 'utf8')).at(-1)).toMatchObject({ exitCode: 0 });
  });

  it('that cannot be opened is an error before anything is touched', async () => {
    const { args, at } = site();
    const { code, stdout, stderr } = await startApart(['apply', ...args, '--yes', '--log-file', at('no/log')])
      .ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('no such file or directory');
    expect(existsSync(at('b/one'))).toBe(false);
  });
});
