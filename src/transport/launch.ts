import { randomBytes } from 'node:crypto';
import { encodeBytes } from '../core/bytes.ts';
import type { Become } from './become.ts';

/** One start of a script: how it becomes root, and a nonce that no file or program on the host can print by itself. */
export interface Launch {
  readonly nonce: string;
  readonly become: Become | undefined;
}

export const newLaunch = (become: Become | undefined): Launch => ({
  nonce: randomBytes(12).toString('hex'),
  become,
});

const C_LOCALE = ['env', 'LC_ALL=C', 'LANG=C'] as const;

/** What sudo prints on standard error when it wants the password. */
export const passwordPrompt = ({ nonce }: Launch): string => `fastboot-password-${nonce}:`;

/** What the shell behind sudo prints on standard output when it is there: the script may be sent. */
export const readyMarker = ({ nonce }: Launch): string => `fastboot-ready-${nonce}`;

/** What the script prints on standard output first of all. */
export const startedMarker = ({ nonce }: Launch): string => `fastboot-started-${nonce}`;

/** Whether sudo may ask for a password, so that the script must wait until it has not or has been answered. */
export const mayAsk = ({ become }: Launch): boolean => become?.password !== undefined;

/**
 * The command that reads a script from its standard input. Locales are C on both sides of sudo: its messages are
 * recognised by their text. With a password sudo forgets what it remembers (`-k`), so that it asks where the password
 * is needed, and not otherwise.
 */
export function launchCommand(launch: Launch): readonly string[] {
  const shell = [...C_LOCALE, 'sh', '-s'];
  if (launch.become === undefined) return shell;
  if (!mayAsk(launch)) return [...C_LOCALE, 'sudo', '-H', '-n', '--', ...shell];
  const ask = ['-k', '-S', '-p', passwordPrompt(launch)];
  const start = `echo ${readyMarker(launch)}; exec sh -s`;
  return [...C_LOCALE, 'sudo', '-H', ...ask, '--', ...C_LOCALE, 'sh', '-c', start];
}

/**
 * The script as it is sent: one command, which the shell reads to its end before it runs any of it. So a script that
 * was cut off on its way does nothing, and what comes behind it on standard input is never taken for commands.
 */
export function launchText(launch: Launch, script: string): Buffer {
  return encodeBytes(`{ echo ${startedMarker(launch)}\n${script}\n}; exit\n`);
}
