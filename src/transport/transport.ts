import type { ConnectFailure } from '../core/failure.ts';
import type { Result } from '../core/result.ts';
import type { Secret } from '../core/secret.ts';

/** Where and as whom to connect; made from the inventory, options and ssh_config. */
export interface Target {
  /** Inventory name; used in messages only. */
  readonly name: string;
  readonly address: string;
  /** 22 also stands for "not given": a `Port` in ssh_config for this address then counts. */
  readonly port: number;
  /** `undefined` where nothing names a user: ssh_config's `User` then counts, else the local user. */
  readonly user: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly connection: 'ssh' | 'local';
  /** Whether scripts run through sudo. */
  readonly become: boolean;
}

/** Login data that is asked for once and holds for all hosts. */
export interface Credentials {
  readonly sshPassword: Secret | undefined;
  readonly becomePassword: Secret | undefined;
}

/** How a script ended. There is no "undefined" exit code: a lost connection is its own case (anchors 0.7). */
export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly seconds: number }
  | { readonly kind: 'lost'; readonly cause: string }
  /** sudo did not let the script start: nothing of it has run. */
  | { readonly kind: 'become-failed'; readonly reason: string; readonly hint: string };

export interface RunOptions {
  /** Called with each piece of standard output as it comes. */
  readonly onStdout: (chunk: Buffer) => void;
  /** Called with each piece of standard error as it comes. */
  readonly onStderr?: (chunk: Buffer) => void;
  /**
   * Seconds without an end after which the channel is closed and the script counts as timed out; `undefined` waits
   * for as long as the connection lives. `RunningScript.touch` starts the time anew.
   */
  readonly timeoutSeconds: number | undefined;
}

/** A script at work on a host, as root. */
export interface RunningScript {
  /** Resolves when the script has ended, never rejects. */
  readonly exit: Promise<Exit>;
  /** Sends text to the script's standard input; it is held back until the script has begun. */
  write(text: string): void;
  /** Closes the script's standard input: it sees end of file. */
  end(): void;
  /** Starts the time limit anew. */
  touch(): void;
  /**
   * Closes the channel at once; `exit` resolves as lost. The script itself, over SSH, only sees its input end and its
   * outputs closed: what must not go on has to watch for that. The same holds when the time limit is over.
   */
  abort(): void;
}

/** One connection to a host, kept for the whole run; scripts on it may run side by side. */
export interface Connection {
  /**
   * Starts `sh -s` (through sudo where the target wants it), with `LC_ALL=C`, and sends it the script, whose lone
   * surrogates are bytes (`encodeBytes`). The shell reads the script to its end before it runs any of it, and exits
   * behind it by itself. Background processes that keep the outputs open keep the script from ending.
   */
  run(script: string, options: RunOptions): RunningScript;
  close(): Promise<void>;
}

/** A way to reach hosts: SSH, this machine itself, or a scripted stand-in for tests. */
export interface Transport {
  connect(target: Target, signal: AbortSignal): Promise<Result<Connection, ConnectFailure>>;
}
