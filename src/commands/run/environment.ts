/** What commands need from outside: streams, questions, signals, the user. */
import type { Writable } from 'node:stream';
import type { Signal } from '../../core/event.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { Style } from '../../report/terminal/style.ts';

/** What a command may use of the world. The command line makes it; tests replace it. */
export interface Environment {
  /** For results. */
  readonly stdout: Stream;
  /** For progress and diagnostics. */
  readonly stderr: Stream;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Asks a question that is answered with yes or no. The default is no. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Asks for a secret; what is typed is not shown. */
  readonly askSecret: (question: string) => Promise<Secret>;
  readonly interrupts: Interrupts;
  /** Calls back before an internal error ends the program. */
  readonly onCrash: (callback: (trace: string) => Promise<void>) => void;
  readonly home: string;
  readonly user: string;
  readonly uid: number;
  /** The name of this machine. */
  readonly host: string;
  readonly agentSocket: string | undefined;
  /** From `FASTBOOT_SSH_PASSWORD` and `FASTBOOT_BECOME_PASSWORD`. */
  readonly passwords: { readonly ssh: Secret | undefined; readonly become: Secret | undefined };
  /** Whether progress must be plain lines although there is a terminal: CI, or TERM=dumb. */
  readonly plain: boolean;
  /** The folder that holds playbooks, schemas and examples. */
  readonly packageRoot: string;
  readonly version: string;
  /** The command as the user typed it, for the hint how to run again. */
  readonly commandLine: readonly string[];
}

/** Where a command prints. */
export interface Stream {
  readonly writable: Writable;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly style: Style;
}

/** Ctrl-C, SIGTERM and SIGHUP. The first one asks the run to stop at the next safe point, the second one to drop its connections. */
export interface Interrupts {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** The first signal that came, if one did. */
  readonly received: () => Signal | undefined;
  /** Calls back at the first signal, and at the second one, which drops connections. */
  readonly onSignal: (listener: (signal: Signal, dropped: boolean) => void) => void;
}

/** Writes a text with a newline at its end; writes nothing for an empty text. */
export function print(stream: Stream, text: string): void {
  stream.writable.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
}
