/** The environment of commands, made from the process: the only code that reads it. */
import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { WriteStream } from 'node:tty';
import type { Environment, Interrupts, Stream } from '../commands/run/environment.ts';
import { Secret } from '../core/secrets/secret.ts';
import { createStyle } from '../report/terminal/style.ts';
import { onCrash } from './crash.ts';
import { createInterrupts } from './interrupts.ts';
import { packageRoot } from './package-root.ts';

/** What commands may use of this process. */
export function createEnvironment(version: string, color: 'auto' | 'always' | 'never'): Environment {
  const { env } = process;
  const user = userInfo();
  let interrupts: Interrupts | undefined;
  const secret = (text: string | undefined): Secret | undefined =>
    text === undefined || text === '' ? undefined : new Secret(text);
  return {
    stdout: createStream(process.stdout, color),
    stderr: createStream(process.stderr, color),
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    confirm: (question) => confirm(question, (interrupts ??= createInterrupts()).stop),
    askSecret,
    // only commands that ask for it listen for signals; all others end at once, as programs do
    get interrupts() {
      return (interrupts ??= createInterrupts());
    },
    onCrash,
    home: env['HOME'] ?? user.homedir,
    user: user.username,
    uid: user.uid,
    host: hostname(),
    agentSocket: env['SSH_AUTH_SOCK'],
    passwords: { ssh: secret(env['FASTBOOT_SSH_PASSWORD']), become: secret(env['FASTBOOT_BECOME_PASSWORD']) },
    plain: env['TERM'] === 'dumb' || (env['CI'] ?? '') !== '',
    packageRoot,
    version,
    commandLine: ['fastboot', ...process.argv.slice(2)],
  };
}

function createStream(stream: WriteStream, color: 'auto' | 'always' | 'never'): Stream {
  const { env } = process;
  const locale = env['LC_ALL'] ?? env['LC_CTYPE'] ?? env['LANG'] ?? '';
  return {
    writable: stream,
    isTerminal: stream.isTTY,
    columns: () => (stream.isTTY ? stream.columns : Number(env['COLUMNS'] ?? 100)),
    style: createStyle({
      color,
      noColor: env['NO_COLOR'],
      forceColor: env['FORCE_COLOR'],
      streamHasColors: stream.isTTY && stream.hasColors(),
      unicode: /utf-?8/i.test(locale),
    }),
  };
}

async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // the terminal is in raw mode here: Ctrl-C comes as an event and not as a signal
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  reader.on('close', () => process.stderr.write(signal.aborted ? '\n' : ''));
  const answer = await reader.question(`${question} [y/N] `, { signal }).catch(() => '');
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Reads one line from the terminal; what is typed is not shown. */
async function askSecret(question: string): Promise<Secret> {
  process.stderr.write(question);
  process.stdin.setRawMode(true);
  try {
    return new Secret(await readHidden());
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stderr.write('\n');
  }
}

async function readHidden(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    for (const character of String(chunk)) {
      if (character === '\r' || character === '\n') return text;
      if (character === '\u0003') {
        process.kill(process.pid, 'SIGINT');
        return '';
      }
      text = character === '\u007f' ? text.slice(0, -1) : text + character;
    }
  }
  return text;
}
