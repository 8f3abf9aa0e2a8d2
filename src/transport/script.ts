/** Runs one script from its launch to its end, over any carrier. */
import { encodeBytes } from '../core/bytes.ts';
import { createGate } from './script-start.ts';
import { type Launch, launchText, mayAsk } from './launch.ts';
import type { Exit, RunningScript, RunOptions } from './transport.ts';

/** What carries a script to its shell: an SSH channel or a child process. */
export interface Carrier {
  write(data: Buffer): void;
  end(): void;
  /** Closes everything at once, without waiting for the shell. */
  drop(): void;
}

/** One running script. The carrier calls its methods; `running` is for the caller. */
export interface ScriptRun {
  readonly running: RunningScript;
  /** The carrier is open: the script is sent as soon as a shell reads it. */
  attach(carrier: Carrier): void;
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** The carrier has ended. Only the first end counts. */
  ended(exit: Exit): void;
}

/** Applies the time limit, sends the input in the right order, and explains the exit. */
export function superviseScript(script: string, options: RunOptions, launch: Launch): ScriptRun {
  let carrier: Carrier | undefined;
  let over = false;
  let deadline: NodeJS.Timeout | undefined;
  let settle: (exit: Exit) => void = () => undefined;
  const exit = new Promise<Exit>((resolve) => (settle = resolve));
  const input = createInput(launchText(launch, script), mayAsk(launch));

  const finish = (result: Exit): void => {
    if (over) return;
    over = true;
    clearTimeout(deadline);
    settle(result);
  };
  const cut = (result: Exit): void => {
    if (over) return;
    finish(result);
    carrier?.drop();
  };
  const startClock = (): void => {
    clearTimeout(deadline);
    const seconds = options.timeoutSeconds;
    if (over || seconds === undefined) return;
    deadline = setTimeout(() => cut({ kind: 'timed-out', seconds }), seconds * 1000);
  };
  const showErrors = (chunk: Buffer): void => {
    if (!over && chunk.length > 0) options.onStderr?.(chunk);
  };
  const gate = createGate(launch, {
    sendPassword: (line) => carrier?.write(Buffer.from(line)),
    onReady: () => input.release('script'),
    onStarted: (held) => {
      showErrors(held);
      input.release('input');
    },
    refuse: (problem) => cut({ kind: 'become-failed', ...problem }),
  });

  startClock();
  return {
    running: {
      exit,
      write: (text) => input.write(encodeBytes(text)),
      end: () => input.end(),
      touch: startClock,
      abort: () => cut({ kind: 'lost', cause: 'the script was aborted' }),
    },
    attach(found) {
      carrier = found;
      if (over) carrier.drop();
      else input.attach(carrier);
    },
    stdout(chunk) {
      const own = gate.stdout(chunk);
      if (!over && own.length > 0) options.onStdout(own);
    },
    stderr: (chunk) => showErrors(gate.stderr(chunk)),
    ended: (result) => finish(gate.explain(result)),
  };
}

interface Input {
  attach(to: Carrier): void;
  /** Allows the script to be sent, or (once it has started) also its input. */
  release(what: 'script' | 'input'): void;
  write(data: Buffer): void;
  end(): void;
}

/**
 * The script and its input. Both are held back until they may be sent. Some shells (dash) read their script in blocks: input
 * that is sent before the script has started would be taken for a part of the script.
 */
function createInput(script: Buffer, isHeld: boolean): Input {
  const queue = [script];
  let carrier: Carrier | undefined;
  let allowed = isHeld ? 0 : 1;
  let ended: 'no' | 'wanted' | 'sent' = 'no';

  const flush = (): void => {
    if (carrier === undefined) return;
    for (; allowed > 0 && queue.length > 0; allowed -= 1) carrier.write(queue.shift() ?? script);
    if (ended === 'wanted' && queue.length === 0) {
      ended = 'sent';
      carrier.end();
    }
  };
  return {
    attach(to) {
      carrier = to;
      flush();
    },
    release(what) {
      allowed = what === 'script' ? 1 : Infinity;
      flush();
    },
    write(data) {
      if (ended !== 'no') return;
      queue.push(data);
      flush();
    },
    end() {
      if (ended === 'no') ended = 'wanted';
      flush();
    },
  };
}
