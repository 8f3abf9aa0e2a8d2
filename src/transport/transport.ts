/** The interface to hosts: connections that run scripts. */
import type { ConnectFailure } from '../core/failure.ts';
import type { Result } from '../core/result.ts';
import type { Secret } from '../core/secrets/secret.ts';

/** Where to connect, and as which user. */
export interface Target {
  /** Name in the inventory; for messages only. */
  readonly name: string;
  readonly address: string;
  /** 22 also means that no port is given: then a `Port` in ssh_config for this address counts. */
  readonly port: number;
  /** Undefined where no user is given: then `User` in ssh_config counts, otherwise the local user. */
  readonly user: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly connection: 'ssh' | 'local';
  /** Whether scripts run through sudo. */
  readonly become: boolean;
}

/** Passwords for all hosts, asked for once. */
export interface Credentials {
  readonly sshPassword: Secret | undefined;
  readonly becomePassword: Secret | undefined;
}

/** How a script ended. A lost connection is a case of its own, not an undefined exit code. */
export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly seconds: number }
  | { readonly kind: 'lost'; readonly cause: string }
  /** sudo did not start the script: nothing of it has run. */
  | { readonly kind: 'become-failed'; readonly reason: string; readonly hint: string };

export interface RunOptions {
  /** Called with each piece of standard output when it arrives. */
  readonly onStdout: (chunk: Buffer) => void;
  /** Called with each piece of standard error when it arrives. */
  readonly onStderr?: (chunk: Buffer) => void;
  /**
   * After this many seconds the channel is closed and the script has timed out. `RunningScript.touch` starts the time again.
   * Undefined: no limit, as long as the connection exists.
   */
  readonly timeoutSeconds: number | undefined;
}

/** A script that runs on a host, as root. */
export interface RunningScript {
  /** Resolves when the script has ended. It never rejects. */
  readonly exit: Promise<Exit>;
  /** Sends text to the script's standard input. It is held back until the script has started. */
  write(text: string): void;
  /** Closes the script's standard input: the script reads end of file. */
  end(): void;
  /** Starts the time limit again. */
  touch(): void;
  /**
   * Closes the channel at once; `exit` resolves as lost. Over SSH the script is not ended by this: it only reads end of file and
   * finds its outputs closed. A script that must not go on has to watch for that. The same is true after a timeout.
   */
  abort(): void;
}

/** One connection to a host for the whole run. Several scripts may run on it at the same time. */
export interface Connection {
  /**
   * Starts `sh -s` with `LC_ALL=C`, through sudo where the target asks for it, and sends it the script. Lone surrogates in the
   * script are bytes (`encodeBytes`). The shell reads the whole script before it runs any of it, and exits at its end.
   * The script does not end while a background process keeps its outputs open.
   */
  run(script: string, options: RunOptions): RunningScript;
  close(): Promise<void>;
}

/** SSH, this machine itself, or fake hosts for tests. */
export interface Transport {
  connect(target: Target, signal: AbortSignal): Promise<Result<Connection, ConnectFailure>>;
}
