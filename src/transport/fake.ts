/** A transport without hosts, for tests. */
import { err, ok } from '../core/result.ts';
import type { Connection, Exit, RunOptions, RunningScript, Target, Transport } from './transport.ts';

/** The outputs and the input of a fake host's script. */
export interface FakeIo {
  stdout(text: string): void;
  stderr(text: string): void;
  /** The next line of standard input without its line break; undefined at the end of input. */
  readLine(): Promise<string | undefined>;
}

/** A fake host gets each script and says how it ends. */
export type FakeHost = (script: string, io: FakeIo) => Promise<Exit>;

export interface FakeTransport extends Transport {
  /** All scripts that were run, in order. */
  readonly scripts: readonly { readonly host: string; readonly script: string }[];
  /** How often each host was connected to. */
  readonly connections: ReadonlyMap<string, number>;
}

/** @param hosts the fake hosts by their names in the inventory; all other hosts are unreachable */
export function createFakeTransport(hosts: Readonly<Record<string, FakeHost>>): FakeTransport {
  const scripts: { host: string; script: string }[] = [];
  const connections = new Map<string, number>();
  return {
    scripts,
    connections,
    connect(target: Target) {
      const host = hosts[target.name];
      if (host === undefined) {
        return Promise.resolve(
          err({ kind: 'unreachable', address: target.address, reason: 'unknown fake host' }),
        );
      }
      connections.set(target.name, (connections.get(target.name) ?? 0) + 1);
      return Promise.resolve(
        ok(
          createConnection((script, options) => {
            scripts.push({ host: target.name, script });
            return runFake(host, script, options);
          }),
        ),
      );
    },
  };
}

function createConnection(run: Connection['run']): Connection {
  const running = new Set<RunningScript>();
  return {
    run(script, options) {
      const started = run(script, options);
      running.add(started);
      return started;
    },
    close() {
      for (const script of running) script.abort();
      return Promise.resolve();
    },
  };
}

function runFake(host: FakeHost, script: string, options: RunOptions): RunningScript {
  const input = createLines();
  let abort: (exit: Exit) => void = () => undefined;
  const aborted = new Promise<Exit>((resolve) => (abort = resolve));
  const ended = host(script, {
    stdout: (text) => options.onStdout(Buffer.from(text)),
    stderr: (text) => options.onStderr?.(Buffer.from(text)),
    readLine: input.read,
  });
  return {
    exit: Promise.race([ended, aborted]),
    write: input.write,
    end: input.end,
    touch: () => undefined,
    abort: () => abort({ kind: 'lost', cause: 'the script was aborted' }),
  };
}

/** A queue of lines between one writer and one reader. */
function createLines(): {
  read: () => Promise<string | undefined>;
  write: (text: string) => void;
  end: () => void;
} {
  const lines: string[] = [];
  let partial = '';
  let ended = false;
  let wake: () => void = () => undefined;
  return {
    async read() {
      while (lines.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
      return lines.shift();
    },
    write(text) {
      const parts = (partial + text).split('\n');
      partial = parts.pop() ?? '';
      lines.push(...parts);
      wake();
    },
    end() {
      if (partial !== '') lines.push(partial);
      partial = '';
      ended = true;
      wake();
    },
  };
}
