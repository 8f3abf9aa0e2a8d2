import {
  type Become,
  type BecomeProblem,
  explainSudo,
  passwordPrompt,
  readyLine,
  WRONG_PASSWORD,
} from './become.ts';
import type { Exit, RunningScript, RunOptions } from './transport.ts';

/** What carries a script to its shell: an SSH channel or a child process. */
export interface Carrier {
  write(text: string): void;
  end(): void;
  /** Lets go at once, without waiting for the shell. */
  drop(): void;
}

/** One script under way: the carrier's side tells it what comes, `running` is what the caller holds. */
export interface ScriptRun {
  readonly running: RunningScript;
  /** The carrier is there: the script is sent as soon as a shell reads it. */
  attach(carrier: Carrier): void;
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** The carrier has ended. Only the first end counts. */
  ended(exit: Exit): void;
}

/** Output before the shell is ready (banners of login shells, sudo's lecture) is kept up to this size. */
const MAX_PREAMBLE = 64 * 1024;

/** Starts the time limit and holds everything back that must not be sent before sudo has let the shell start. */
export function superviseScript(script: string, options: RunOptions, become: Become | undefined): ScriptRun {
  let carrier: Carrier | undefined;
  let over = false;
  let deadline: NodeJS.Timeout | undefined;
  let settle: (exit: Exit) => void = () => undefined;
  const exit = new Promise<Exit>((resolve) => (settle = resolve));
  const input = createInput(script, become?.password !== undefined);

  const finish = (result: Exit): void => {
    if (over) return;
    over = true;
    clearTimeout(deadline);
    settle(result);
  };
  const cut = (result: Exit): void => {
    finish(result);
    carrier?.drop();
  };
  const startClock = (): void => {
    clearTimeout(deadline);
    const seconds = options.timeoutSeconds;
    if (over || seconds === undefined) return;
    deadline = setTimeout(() => cut({ kind: 'timed-out', seconds }), seconds * 1000);
  };
  const gate = createGate(become, {
    sendPassword: (text) => carrier?.write(text),
    open: () => input.release(),
    refuse: (problem) => cut({ kind: 'become-failed', ...problem }),
  });

  startClock();
  return {
    running: {
      exit,
      write: (text) => {
        if (!over) input.write(text);
      },
      end: () => {
        if (!over) input.end();
      },
      touch: startClock,
      abort: () => cut({ kind: 'lost', cause: 'the script was aborted' }),
    },
    attach(found) {
      carrier = found;
      if (over) carrier.drop();
      else input.attach(carrier);
    },
    stdout(chunk) {
      const rest = gate.stdout(chunk);
      if (!over && rest.length > 0) options.onStdout(rest);
    },
    stderr(chunk) {
      if (!over && gate.stderr(chunk)) options.onStderr?.(chunk);
    },
    ended: (result) => finish(gate.explain(result)),
  };
}

/** The script and what follows it, in order; held back until there is a carrier and a shell that reads. */
function createInput(
  script: string,
  held: boolean,
): { attach(to: Carrier): void; release(): void; write(text: string): void; end(): void } {
  const queue = [script.endsWith('\n') ? script : `${script}\n`];
  let carrier: Carrier | undefined;
  let ended = false;
  const flush = (): void => {
    if (held || carrier === undefined) return;
    for (const text of queue.splice(0)) carrier.write(text);
    if (ended) carrier.end();
  };
  return {
    attach: (to) => {
      carrier = to;
      flush();
    },
    release: () => {
      if (!held) return;
      held = false;
      flush();
    },
    write: (text) => {
      if (ended) return;
      queue.push(text);
      flush();
    },
    end: () => {
      if (ended) return;
      ended = true;
      flush();
    },
  };
}

interface Gate {
  /** What of this output is the script's own. */
  stdout(chunk: Buffer): Buffer;
  /** Whether this output is the script's own. */
  stderr(chunk: Buffer): boolean;
  /** An end before the shell was ready is sudo's, not the script's. */
  explain(exit: Exit): Exit;
}

interface GateActions {
  sendPassword(text: string): void;
  open(): void;
  refuse(problem: BecomeProblem): void;
}

const NOTHING = Buffer.alloc(0);

/**
 * Watches sudo until the shell says that it is ready. The password goes out only when sudo asks for it in the words
 * that it was given, and only once: what would come after a second question is the script itself.
 */
function createGate(become: Become | undefined, actions: GateActions): Gate {
  if (become === undefined) {
    return { stdout: (chunk) => chunk, stderr: () => true, explain: (exit) => exit };
  }
  const ready = Buffer.from(readyLine(become));
  const prompt = passwordPrompt(become);
  let before: Buffer = NOTHING;
  let messages = '';
  let isReady = false;
  let answered = false;

  const answer = (): void => {
    const at = messages.indexOf(prompt);
    if (at < 0 || become.password === undefined) return;
    messages = messages.slice(0, at) + messages.slice(at + prompt.length);
    if (answered) {
      actions.refuse(WRONG_PASSWORD);
      return;
    }
    answered = true;
    actions.sendPassword(`${become.password.reveal()}\n`);
    answer();
  };
  return {
    stdout(chunk) {
      if (isReady) return chunk;
      before = Buffer.concat([before, chunk]);
      const at = before.indexOf(ready);
      if (at < 0) {
        before = before.subarray(-MAX_PREAMBLE);
        return NOTHING;
      }
      isReady = true;
      const rest = before.subarray(at + ready.length);
      before = NOTHING;
      actions.open();
      return rest;
    },
    stderr(chunk) {
      if (isReady) return true;
      messages = (messages + chunk.toString('utf8')).slice(-MAX_PREAMBLE);
      answer();
      return false;
    },
    explain(exit) {
      if (isReady || exit.kind !== 'exited') return exit;
      return { kind: 'become-failed', ...explainSudo(messages, exit.code) };
    },
  };
}
