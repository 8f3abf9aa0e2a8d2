import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { LARGE, SMALL, openTerminal } from '../terminal/terminal.ts';
import type { Size, Terminal } from '../terminal/terminal.ts';
import { APART, bundle, ensureBundle } from './cli.ts';
import { WAIT, site } from './site.ts';

beforeAll(ensureBundle);

const QUESTION = '[y/N]';
const [ENTER, CTRL_C, CTRL_D] = ['\r', '\x03', '\x04'];
const FAILS = '    - name: Try\n      command: { script: "echo alas >&2; exit 7", creates: /nonexistent }\n';

/** Starts fastboot in a terminal, with a /run of its own; `script` is what is done there. */
function start(
  args: readonly string[],
  size: Size = SMALL,
  env: Readonly<Record<string, string>> = {},
  script = 'exec "$@"',
): Terminal {
  const apart = ['unshare', '-m', 'sh', '-c', `${APART} && ${script}`, 'sh'];
  return openTerminal([...apart, process.execPath, bundle, ...args], size, env);
}

/** What was to be seen, without the plan, and without what differs from run to run; nothing changes its width. */
function story(terminal: Terminal, folder: string): string {
  const anywhere = new RegExp(folder.slice(-6).replace(/.(?=.)/g, '$&\\n?'), 'g');
  return `${terminal.all().join('\n')}\n`
    .replace(anywhere, (found) => found.replace(/./g, 'X'))
    .replace(/\d\.\d s/g, '0.0 s')
    .replace(/^fastboot plan [^]*?^Plan: [^]*?unreachable\.$/m, '<the plan>');
}

const IN_ORDER = { echo: true, lines: true };

describe('the question before a change', () => {
  const asked = async (size?: Size) => {
    const made = site();
    const terminal = start(['apply', ...made.args], size);
    await terminal.until(QUESTION);
    return { ...made, terminal };
  };

  it.each([
    ['80x24', SMALL],
    ['200x50', LARGE],
  ])('is answered by yes, at %s', async (name, size) => {
    const { terminal, folder, at } = await asked(size);
    terminal.type(`y${ENTER}`);
    expect(await terminal.ended).toEqual({ code: 0, ...IN_ORDER });
    expect(existsSync(at('c1/last'))).toBe(true);
    expect(terminal.cursor().visible).toBe(true);
    await expect(story(terminal, folder)).toMatchFileSnapshot(`screens/applied-${name}.txt`);
  });

  it.each([
    ['no', `n${ENTER}`],
    ['Enter', ENTER],
    ['anything else', `please${ENTER}`],
    ['the end of input', CTRL_D],
  ])('is answered by no: %s', async (_what, keys) => {
    const { terminal, at } = await asked();
    terminal.type(keys);
    expect(await terminal.ended).toEqual({ code: 0, ...IN_ORDER });
    expect(terminal.all().at(-1)).toBe('Nothing was changed.');
    expect(existsSync(at('b/one'))).toBe(false);
  });

  it.each([
    ['Ctrl-C', 130, (terminal: Terminal) => terminal.type(CTRL_C)],
    ['SIGTERM', 143, (terminal: Terminal) => terminal.signal('SIGTERM')],
    ['SIGHUP', 129, (terminal: Terminal) => terminal.signal('SIGHUP')],
  ])('is answered by %s', async (_what, code, press) => {
    const { terminal, at } = await asked();
    press(terminal);
    expect(await terminal.ended).toEqual({ code, ...IN_ORDER });
    expect(terminal.all().at(-1)).toBe('Nothing was changed.');
    expect(existsSync(at('b/one'))).toBe(false);
  });
});

describe('a run in a terminal', () => {
  const waiting = async (size?: Size, options: readonly string[] = []) => {
    const made = site(WAIT);
    const terminal = start(['apply', ...made.args, '--yes', ...options], size);
    await terminal.until(() => existsSync(made.at('c1/begun')));
    await terminal.until('2/3 command');
    return { ...made, terminal };
  };

  it.each([
    ['80x24', SMALL],
    ['200x50', LARGE],
  ])('that fails, at %s', async (name, size) => {
    const { folder, args } = site(FAILS);
    const terminal = start(['apply', ...args, '--yes'], size);
    expect(await terminal.ended).toEqual({ code: 3, ...IN_ORDER });
    expect(terminal.cursor().visible).toBe(true);
    await expect(story(terminal, folder)).toMatchFileSnapshot(`screens/failed-${name}.txt`);
  });

  it.each([
    ['80x24', SMALL],
    ['200x50', LARGE],
  ])(
    'ends what it has begun after Ctrl-C, and says what was done and what was not, at %s',
    async (name, size) => {
      const { terminal, folder, at } = await waiting(size);
      expect(terminal.cursor().visible).toBe(true);
      terminal.type(CTRL_C);
      await terminal.until('Ctrl-C: stopping. 1 host finishes its step');
      writeFileSync(at('c1/go'), '');
      expect(await terminal.ended).toEqual({ code: 130, ...IN_ORDER });
      expect([existsSync(at('c1/waited')), existsSync(at('c1/last'))]).toEqual([true, false]);
      expect(terminal.cursor().visible).toBe(true);
      await expect(story(terminal, folder)).toMatchFileSnapshot(`screens/interrupted-${name}.txt`);
    },
  );

  it('drops its hosts at the second Ctrl-C', async () => {
    const { terminal, folder } = await waiting();
    terminal.type(CTRL_C);
    await terminal.until('Again: drops the connections.');
    terminal.type(CTRL_C);
    expect(await terminal.ended).toEqual({ code: 130, ...IN_ORDER });
    expect(terminal.cursor().visible).toBe(true);
    await expect(story(terminal, folder)).toMatchFileSnapshot(`screens/dropped-80x24.txt`);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends what it has begun on %s', async (signal, code) => {
    const { terminal, at } = await waiting();
    terminal.signal(signal);
    await terminal.until(`${signal}: stopping. 1 host finishes its step`);
    writeFileSync(at('c1/go'), '');
    expect(await terminal.ended).toEqual({ code, ...IN_ORDER });
    expect(terminal.cursor().visible).toBe(true);
    expect(terminal.all().join(' ')).toContain(`Interrupted by ${signal}`);
  });
});

describe('where nothing can be drawn', () => {
  /** Whatever moves the cursor or erases. */
  const DRAWN = /\x1b\[\??\d*[A-LP-Zac-ln-z]/;

  it.each([
    ['TERM=dumb', { TERM: 'dumb' }],
    ['CI', { CI: 'true' }],
  ])('progress is plain lines: %s', async (_what, env) => {
    const { args } = site();
    const terminal = start(['apply', ...args, '--yes'], SMALL, env);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.output()).not.toMatch(DRAWN);
    expect(terminal.output()).toMatch(/^\d\d:\d\d:\d\d Nodes: 1 host\r$/m);
    expect(terminal.output()).toMatch(/^\d\d:\d\d:\d\d c1 file \S+\/last: done in 0\.\d s\r$/m);
  });

  it('progress is drawn on the terminal while the result goes elsewhere', async () => {
    const { args, at } = site();
    const terminal = start(['plan', ...args], SMALL, { RESULT: at('result') }, '"$@" >"$RESULT"');
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.output()).toMatch(DRAWN);
    expect(terminal.all()).toEqual([expect.stringMatching(/^✔ Read {14}2\/2 {2}0\.\d s$/)]);
    const result = readFileSync(at('result'), 'utf8');
    expect(result).toMatch(/^Plan: 3 to create/m);
    expect(result).not.toContain('\x1b');
  });

  it('progress in a file is plain lines, and the result is on the terminal', async () => {
    const { args, at } = site();
    const terminal = start(['plan', ...args], SMALL, { PROGRESS: at('progress') }, '"$@" 2>"$PROGRESS"');
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.all().join('\n')).toContain('Plan: 3 to create');
    const progress = readFileSync(at('progress'), 'utf8');
    expect(progress).toMatch(/^\d\d:\d\d:\d\d Read: 2 hosts$/m);
    expect(progress).not.toContain('\x1b');
  });

  it('NO_COLOR leaves only the colours away', async () => {
    const { args } = site();
    const [plain, coloured] = await Promise.all(
      [{ NO_COLOR: '1' }, {}].map(async (env) => {
        const terminal = start(['apply', ...args, '--dry-run'], SMALL, env);
        expect((await terminal.ended).code).toBe(0);
        return terminal.output();
      }),
    );
    expect(plain).toMatch(DRAWN);
    expect(plain).not.toMatch(/\x1b\[\d*m/);
    expect(coloured).toMatch(/\x1b\[\d+m/);
  });

  it('it does not ask where answers cannot come from a terminal', async () => {
    const { args, at } = site();
    const terminal = start(['apply', ...args], SMALL, {}, '"$@" </dev/null');
    expect((await terminal.ended).code).toBe(1);
    expect(terminal.all().join(' ')).toContain('there is no terminal to ask on');
    expect(existsSync(at('b/one'))).toBe(false);
  });
});
