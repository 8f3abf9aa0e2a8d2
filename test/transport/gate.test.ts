import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Secret } from '../../src/core/secrets/secret.ts';
import { explainSudo } from '../../src/transport/become.ts';
import { createGate } from '../../src/transport/script-start.ts';
import { type Launch, launchCommand, launchText } from '../../src/transport/launch.ts';
import { type Carrier, superviseScript } from '../../src/transport/script.ts';
import type { Exit } from '../../src/transport/transport.ts';

const plain: Launch = { nonce: 'N', become: undefined };
const quiet: Launch = { nonce: 'N', become: { password: undefined } };
const asking: Launch = { nonce: 'N', become: { password: new Secret('pw') } };
const PROMPT = 'fastboot-password-N:';

describe('launch', () => {
  it.each([
    ['as it is', plain, 'env LC_ALL=C LANG=C sh -s'],
    ['through sudo', quiet, 'env LC_ALL=C LANG=C sudo -H -n -- env LC_ALL=C LANG=C sh -s'],
    [
      'through sudo with a password',
      asking,
      'env LC_ALL=C LANG=C sudo -H -k -S -p fastboot-password-N: -- env LC_ALL=C LANG=C sh -c echo fastboot-ready-N; exec sh -s',
    ],
  ])('%s', (_label, launch, command) => expect(launchCommand(launch).join(' ')).toBe(command));

  it('is one command that ends the shell', () => {
    const text = launchText(plain, 'a\nb\udcff').toString('latin1');
    expect(text.startsWith('{ echo fastboot-started-N\nunset TMOUT ')).toBe(true);
    expect(text.endsWith('\na\nb\xff\n}; exit\n')).toBe(true);
  });
});

/** A gate that records everything that it does. */
function play(launch: Launch, feed: readonly (readonly ['out' | 'err', string])[], cut: number): string[] {
  const events: string[] = [];
  let shown = '';
  const gate = createGate(launch, {
    sendPassword: (line) => events.push(`password ${line.trim()}`),
    onReady: () => events.push('ready'),
    onStarted: (held) => events.push(`started [${held.toString()}]`),
    refuse: ({ reason }) => events.push(`refuse: ${reason}`),
  });
  for (const [stream, text] of feed) {
    for (let at = 0; at < text.length; at += cut) {
      const piece = Buffer.from(text.slice(at, at + cut));
      shown += (stream === 'out' ? gate.stdout(piece) : gate.stderr(piece)).toString();
    }
  }
  events.push(`shown [${shown}]`);
  return events;
}

describe('gate', () => {
  const started = 'fastboot-started-N\n';
  it.each<[string, Launch, ['out' | 'err', string][], string[]]>([
    ['plain', plain, [['out', `banner\n${started}own\n`]], ['started []', 'shown [own\n]']],
    [
      'keeps early errors',
      plain,
      [
        ['err', 'early\n'],
        ['out', started],
      ],
      ['started [early\n]', 'shown []'],
    ],
    [
      'asks no one',
      quiet,
      [
        ['err', PROMPT],
        ['out', started],
      ],
      [`started [${PROMPT}]`, 'shown []'],
    ],
    [
      'answers once',
      asking,
      [
        ['err', `lecture\n${PROMPT}`],
        ['out', `fastboot-ready-N\n${started}x`],
      ],
      ['password pw', 'ready', 'started [lecture\n]', 'shown [x]'],
    ],
    ['not asked', asking, [['out', `fastboot-ready-N\n${started}x`]], ['ready', 'started []', 'shown [x]']],
    [
      'a second question',
      asking,
      [['err', `${PROMPT}Sorry, try again.\n${PROMPT}`]],
      ['password pw', 'refuse: sudo did not accept the password', 'shown []'],
    ],
    ['a foreign prompt', asking, [['err', 'Password: fastboot-password-M:']], ['shown []']],
    [
      'prompts of a script',
      asking,
      [
        ['out', `fastboot-ready-N\n${started}`],
        ['err', PROMPT],
      ],
      ['ready', 'started []', `shown [${PROMPT}]`],
    ],
    ['started comes not before ready', asking, [['out', started]], ['shown []']],
  ])('%s, however it is cut', (_label, launch, feed, events) => {
    for (const cut of [1, 2, 3, 7, 1000]) expect(play(launch, feed, cut)).toEqual(events);
  });

  it.each<[Launch, string, Exit, Partial<Exit>]>([
    [
      plain,
      'nologin\n',
      { kind: 'exited', code: 0 },
      { kind: 'lost', cause: 'the script did not start (exit code 0): nologin' },
    ],
    [
      quiet,
      'sudo: a password is required\n',
      { kind: 'exited', code: 1 },
      { kind: 'become-failed', reason: 'sudo asks for a password' },
    ],
    [quiet, '', { kind: 'lost', cause: 'c' }, { kind: 'lost', cause: 'c' }],
    [quiet, '', { kind: 'timed-out', seconds: 1 }, { kind: 'timed-out', seconds: 1 }],
  ])('explains an end before the start: %#', (launch, text, exit, expected) => {
    const nothing = (): void => undefined;
    const gate = createGate(launch, {
      sendPassword: nothing,
      onReady: nothing,
      onStarted: nothing,
      refuse: nothing,
    });
    gate.stderr(Buffer.from(text));
    expect(gate.explain(exit)).toMatchObject(expected);
  });
});

describe('explainSudo', () => {
  it.each([
    ['sudo: a password is required', 'sudo asks for a password'],
    [
      'Sorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt',
      'sudo asks for a password',
    ],
    ['sudo: 3 incorrect password attempts', 'sudo did not accept the password'],
    [
      'ann is not in the sudoers file.  This incident will be reported.',
      'sudoers does not allow this user to become root',
    ],
    [
      "Sorry, user ann is not allowed to execute '/bin/sh' as root on node1.",
      'sudoers does not allow this user to become root',
    ],
    ['Sorry, user ann may not run sudo on node1.', 'sudoers does not allow this user to become root'],
    ['sudo: sorry, you must have a tty to run sudo', 'sudo needs a terminal (requiretty)'],
    ["env: 'sudo': No such file or directory", 'sudo is not installed'],
    ['env: sudo: No such file or directory', 'sudo is not installed'],
    ['sh: 1: sudo: not found', 'sudo is not installed'],
    [
      '>>> /etc/sudoers: syntax error near line 1 <<<\nsudo: no valid sudoers sources found, quitting',
      'sudo: no valid sudoers sources found, quitting',
    ],
    ['', 'sudo ended with exit code 1 and no message'],
  ])('%s', (text, reason) => expect(explainSudo(text, 1).reason).toBe(reason));
});

describe('superviseScript', () => {
  const supervise = (
    launch: Launch,
  ): { sent: () => string; run: ReturnType<typeof superviseScript>; log: string[] } => {
    const log: string[] = [];
    const carrier: Carrier = {
      write: (data) => void log.push(data.toString()),
      end: () => void log.push('<end>'),
      drop: () => void log.push('<drop>'),
    };
    const run = superviseScript('S', { onStdout: () => undefined, timeoutSeconds: undefined }, launch);
    run.attach(carrier);
    return { sent: () => log.join(''), run, log };
  };
  const script = launchText(plain, 'S').toString();

  it('keeps the order of script, input and end, whenever the shell is ready', () => {
    const { run, sent } = supervise(plain);
    run.running.write('a');
    run.running.end();
    run.running.write('late');
    expect(sent()).toBe(script);
    run.stdout(Buffer.from('fastboot-started-N\n'));
    expect(sent()).toBe(`${script}a<end>`);
  });

  it('closes the input at once where there is none', () => {
    const { run, sent } = supervise(plain);
    run.running.end();
    expect(sent()).toBe(`${script}<end>`);
  });

  it('sends only the password before the shell is ready', () => {
    const { run, sent } = supervise(asking);
    run.running.write('a');
    run.running.end();
    expect(sent()).toBe('');
    run.stderr(Buffer.from(PROMPT));
    expect(sent()).toBe('pw\n');
    run.stdout(Buffer.from('fastboot-ready-N\n'));
    expect(sent()).toBe(`pw\n${script}`);
    run.stdout(Buffer.from('fastboot-started-N\n'));
    expect(sent()).toBe(`pw\n${script}a<end>`);
  });

  it('never sends the script after the password was asked for twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(PROMPT, 'Sorry, try again.\n', '\n'), { maxLength: 6 }),
        async (texts) => {
          const { run, log } = supervise(asking);
          run.stderr(Buffer.from(PROMPT + PROMPT));
          for (const text of texts) run.stderr(Buffer.from(text));
          expect(await run.running.exit).toMatchObject({ kind: 'become-failed' });
          expect(log).toEqual(['pw\n', '<drop>']);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('ends once: the first exit counts', async () => {
    const { run } = supervise(plain);
    run.stdout(Buffer.from('fastboot-started-N\n'));
    run.ended({ kind: 'lost', cause: 'first' });
    run.ended({ kind: 'exited', code: 0 });
    expect(await run.running.exit).toEqual({ kind: 'lost', cause: 'first' });
  });
});
