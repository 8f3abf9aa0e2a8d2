import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseEvents } from '../report/schemas.ts';
import { snapshotTree } from '../engine/tree.ts';
import { ensureBundle, startApart, until } from './cli.ts';
import { WAIT, site } from './site.ts';

beforeAll(ensureBundle);

describe('a run on this machine', () => {
  it('plans without touching anything, applies, and has nothing left to do', async () => {
    const { folder, args, at } = site();
    const before = snapshotTree(folder);
    const plan = await startApart(['plan', ...args]).ended;
    expect(plan.code).toBe(0);
    expect(plan.stdout).toContain('/last');
    expect(snapshotTree(folder)).toEqual(before);
    expect((await startApart(['apply', ...args, '--dry-run', '--detailed-exitcode']).ended).code).toBe(2);
    expect(snapshotTree(folder)).toEqual(before);

    const apply = await startApart(['apply', ...args, '--yes']).ended;
    expect(apply.code).toBe(0);
    expect(readFileSync(at('c1/last'), 'utf8')).toBe('2');
    expect(apply.stdout).not.toMatch(/\u001b/);

    const after = snapshotTree(folder);
    const again = await startApart(['apply', ...args, '--yes']).ended;
    expect(again.code).toBe(0);
    expect((await startApart(['plan', ...args, '--detailed-exitcode']).ended).code).toBe(0);
    expect(snapshotTree(folder)).toEqual(after);
  });

  it('changes only what --limit chose, and the backend', async () => {
    const { args, at } = site();
    expect((await startApart(['apply', ...args, '--yes', '--limit', 'b']).ended).code).toBe(0);
    expect([existsSync(at('b/one')), existsSync(at('c1/one'))]).toEqual([true, false]);
  });

  it('gives events and nothing else with --json, the end last', async () => {
    const { args } = site();
    for (const [command, codes] of [
      ['plan', [0]],
      ['apply', [0]],
    ] as const) {
      const { code, stdout, stderr } = await startApart([
        command,
        ...args,
        '--json',
        ...(command === 'apply' ? ['--yes'] : []),
      ]).ended;
      const events = parseEvents(stdout);
      expect([code, stderr]).toEqual([codes[0], '']);
      expect(events[0]).toMatchObject({ type: 'run.start', command });
      expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: 0 });
      expect(events.filter(({ type }) => type === 'change.done')).toHaveLength(command === 'apply' ? 3 : 0);
    }
  });

  it('reports a failure in text, events, log and exit code', async () => {
    const { args, at } = site('    - command: { script: "echo alas >&2; exit 7", creates: /nonexistent }\n');
    const { code, stdout } = await startApart(['apply', ...args, '--yes', '--json', '--log-file', at('log')])
      .ended;
    expect(code).toBe(3);
    const events = parseEvents(stdout);
    expect(events.at(-1)).toMatchObject({
      type: 'run.done',
      exitCode: 3,
      counts: { failed: 1, changed: 1, changes: 2 },
    });
    expect(events.find(({ type }) => type === 'host.failed')).toMatchObject({
      host: 'c1',
      failure: { kind: 'command', code: 7, output: 'alas' },
    });
    expect(parseEvents(readFileSync(at('log'), 'utf8')).map(({ type }) => type)).toEqual(
      events.map(({ type }) => type),
    );

    const text = await startApart(['apply', ...args, '--yes']).ended;
    expect(text.code).toBe(3);
    expect(text.stdout).toContain('alas');
    expect(existsSync(at('c1/last'))).toBe(false);
  });

  it('says what cannot be filled in, and touches nothing', async () => {
    const { args, at } = site('    - directory: { path: "{{ rot }}/x" }\n');
    const { code, stdout, stderr } = await startApart(['apply', ...args, '--yes']).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/site\.yaml:9:7: task "directory" for c1: .*did you mean "root"/);
    expect(existsSync(at('b/one'))).toBe(false);
  });

  it('names who holds the lock', async () => {
    const { args, at } = site();
    const hold =
      'mkdir /run/fastboot && exec 9>>/run/fastboot/lock && flock 9 && echo "{\\"who\\":\\"eve\\",\\"from\\":\\"desk\\",\\"since\\":\\"noon\\",\\"command\\":\\"x\\"}" >/run/fastboot/lock && "$@" 9>&-';
    const { code, stderr } = await startApart(['apply', ...args, '--yes'], hold).ended;
    expect(code).toBe(5);
    expect(stderr).toContain('eve@desk, since noon: x');
    expect(existsSync(at('b/one'))).toBe(false);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'finishes what it has begun on %s, frees the lock, and says so last',
    async (signal, expected) => {
      const { args, at } = site(WAIT);
      const run = startApart(['apply', ...args, '--yes', '--json']);
      await until(() => existsSync(at('c1/begun')));
      run.child.kill(signal);
      await until(() => run.stdout().includes('"interrupted"'));
      writeFileSync(at('c1/go'), '');
      const { code, stdout, stderr } = await run.ended;
      expect([code, stderr]).toEqual([expected, '']);
      const events = parseEvents(stdout);
      expect(events.at(-1)).toMatchObject({ type: 'run.done', exitCode: expected });
      expect(events).toContainEqual(expect.objectContaining({ type: 'interrupted', signal }));
      expect([existsSync(at('c1/waited')), existsSync(at('c1/last'))]).toEqual([true, false]);
      expect((await startApart(['apply', ...args, '--yes']).ended).code).toBe(0);
    },
  );

  it('drops its hosts at the second SIGINT', async () => {
    const { args, at } = site(WAIT);
    const run = startApart(['apply', ...args, '--yes', '--json']);
    await until(() => existsSync(at('c1/begun')));
    run.child.kill('SIGINT');
    await until(() => run.stdout().includes('"interrupted"'));
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(parseEvents(stdout).at(-1)).toMatchObject({ type: 'run.done', exitCode: 130 });
    expect(existsSync(at('c1/waited'))).toBe(false);
  });
});

describe('a reader that ends', () => {
  it.each([
    ['text', [], ''],
    ['text and progress', [], '2>&1'],
    ['events', ['--json'], ''],
  ])('of %s does not end a run, and is not an error', async (_what, options, redirect) => {
    const { args, at } = site();
    const script = `{ "$@" ${redirect}; echo $? >"$STATUS"; } | head -n 1`;
    const { stdout, stderr } = await startApart(['apply', ...args, '--yes', ...options], script, {
      STATUS: at('status'),
    }).ended;
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).not.toMatch(/EPIPE|^ +at /m);
    expect(readFileSync(at('c1/last'), 'utf8')).toBe('2');
    expect(readFileSync(at('status'), 'utf8')).toBe('0\n');
  });

  it('is not a disk that is full', async () => {
    const { args } = site();
    const { code, stderr } = await startApart(['plan', ...args], '"$@" >/dev/full').ended;
    expect(code).toBe(3);
    expect(stderr).toContain('standard output: ');
  });
});

describe('colours', () => {
  it.each([
    ['none without a terminal', [], {}, false],
    ['always', ['--color', 'always'], {}, true],
    ['those that FORCE_COLOR asks for', [], { FORCE_COLOR: '1' }, true],
    ['none with NO_COLOR', [], { NO_COLOR: '1', FORCE_COLOR: '' }, false],
    ['never', ['--color', 'never'], { FORCE_COLOR: '1' }, false],
  ])('are %s', async (_what, options, env, coloured) => {
    const { args } = site();
    const { stdout } = await startApart(['plan', ...args, ...options], undefined, env).ended;
    expect(stdout.includes('\u001b[')).toBe(coloured);
  });
});
