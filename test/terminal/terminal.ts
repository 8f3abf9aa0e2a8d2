import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { createEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export const SMALL: Size = { rows: 24, columns: 80 };
export const LARGE: Size = { rows: 50, columns: 200 };

/** The state of the terminal after a program. */
export interface Ended {
  /** The exit code; a negative number is the signal that ended it. */
  readonly code: number;
  /** Whether typed text is shown, and read line by line, as before. */
  readonly echo: boolean;
  readonly lines: boolean;
}

/** A real terminal with a program in it. */
export interface Terminal extends Emulator {
  /** All bytes so far. */
  output(): string;
  /** Presses keys: `\r` is Enter, `\x03` Ctrl-C, `\x04` Ctrl-D. */
  type(keys: string): void;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGUSR2'): void;
  /** Resolves when the condition is true. Rejects with the screen when the program ends before, or after 20 seconds. */
  until(condition: string | RegExp | ((terminal: Terminal) => boolean)): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts a program in a terminal of its own; it ends with the test. */
export function openTerminal(
  command: readonly string[],
  { rows, columns }: Size = SMALL,
  env: Readonly<Record<string, string>> = {},
): Terminal {
  const child = spawn(
    'python3',
    [join(import.meta.dirname, 'in_terminal.py'), String(rows), String(columns), ...command],
    {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', TERM: 'xterm', LC_ALL: 'C.UTF-8', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.stdin.end());
  child.stdin.on('error', () => undefined);
  const emulator = createEmulator(rows, columns);
  const decoder = new TextDecoder();
  let output = '';
  let over: Ended | undefined;
  const waiting = new Set<() => void>();
  const conclude = (how: Ended): void => {
    over ??= how;
    settle(over);
    for (const check of waiting) check();
  };
  let settle: (ended: Ended) => void = () => undefined;
  const ended = new Promise<Ended>((resolve) => (settle = resolve));
  const order = (what: object): void => void child.stdin.write(`${JSON.stringify(what)}\n`);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as { output: string } | Ended;
    if ('output' in told) {
      const text = decoder.decode(Buffer.from(told.output, 'base64'), { stream: true });
      output += text;
      emulator.write(text);
      for (const check of waiting) check();
    } else conclude(told);
  });
  // it reports how the program ended, unless it failed itself
  child.once('close', () => conclude({ code: NaN, echo: false, lines: false }));

  const terminal: Terminal = {
    ...emulator,
    output: () => output,
    type: (keys) => order({ type: keys }),
    signal: (name) => order({ signal: name }),
    resize: (newRows, newColumns) => {
      emulator.resize(newRows, newColumns);
      order({ resize: [newRows, newColumns] });
    },
    until: (condition) =>
      new Promise((resolve, reject) => {
        const end = (how: () => void): void => {
          clearTimeout(timer);
          waiting.delete(check);
          how();
        };
        const fail = (why: string): void => {
          const shown = emulator.all().join('\n');
          end(() => reject(new Error(`${why} waiting for ${String(condition)}; there is:\n${shown}`)));
        };
        const check = (): void => {
          if (holds(terminal, condition)) end(resolve);
          else if (over !== undefined) fail(`it ended with ${over.code}`);
        };
        const timer = setTimeout(() => fail('20 seconds of'), 20_000);
        waiting.add(check);
        check();
      }),
    ended,
  };
  return terminal;
}

function holds(terminal: Terminal, condition: string | RegExp | ((terminal: Terminal) => boolean)): boolean {
  if (typeof condition === 'function') return condition(terminal);
  const shown = terminal.screen().join('\n');
  return typeof condition === 'string' ? shown.includes(condition) : condition.test(shown);
}
