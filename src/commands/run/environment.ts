import type { Writable } from 'node:stream';
import type { Signal } from '../../core/event.ts';
import type { Secret } from '../../core/secret.ts';
import type { Style } from '../../report/terminal/style.ts';

/** What a command may use of the world; made by the command line, replaced in tests. */
export interface Environment {
  /** Results. */
  readonly stdout: Stream;
  /** Progress and diagnostics. */
  readonly stderr: Stream;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Asks a question that is answered by yes or no; no is the default. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Asks for a secret without showing it. */
  readonly askSecret: (question: string) => Promise<Secret>;
  readonly interrupts: Interrupts;
  /** Has something done before an error in fastboot itself ends the program. */
  readonly onCrash: (last: (trace: string) => Promise<void>) => void;
  readonly home: string;
  readonly user: string;
  readonly uid: number;
  /** This machine's name. */
  readonly host: string;
  readonly agentSocket: string | undefined;
  /** From `FASTBOOT_SSH_PASSWORD` and `FASTBOOT_BECOME_PASSWORD`. */
  readonly passwords: { readonly ssh: Secret | undefined; readonly become: Secret | undefined };
  /** Whether plain lines are wanted although there is a terminal: CI, TERM=dumb. */
  readonly plain: boolean;
  /** The folder that holds playbooks, schemas and examples. */
  readonly packageRoot: string;
  readonly version: string;
  /** The command as the user typed it, for the line that says how to run again. */
  readonly commandLine: readonly string[];
}

export interface Stream {
  readonly writable: Writable;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly style: Style;
}

/** Ctrl-C and its like: the first asks the run to stop at the next safe point, the second to drop its connections. */
export interface Interrupts {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** What interrupted the run, if anything did. */
  readonly received: () => Signal | undefined;
  /** Calls back at the first interrupt, and at the second, which drops what goes on. */
  readonly onSignal: (listener: (signal: Signal, dropped: boolean) => void) => void;
}

export function print(stream: Stream, text: string): void {
  stream.writable.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
}
