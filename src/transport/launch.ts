/** How a script is started on a host. */
import { randomBytes } from 'node:crypto';
import { encodeBytes } from '../core/bytes.ts';
import type { Become } from './become.ts';

/** One start of a script. The nonce is random, so no file or program on the host can print it by chance. */
export interface Launch {
  readonly nonce: string;
  readonly become: Become | undefined;
}

export const newLaunch = (become: Become | undefined): Launch => ({
  nonce: randomBytes(12).toString('hex'),
  become,
});

const C_LOCALE = ['env', 'LC_ALL=C', 'LANG=C'] as const;

/** The prompt that sudo writes to standard error when it asks for the password. */
export const passwordPrompt = ({ nonce }: Launch): string => `fastboot-password-${nonce}:`;

/** The line that the shell started by sudo writes to standard output: the script may be sent. */
export const readyMarker = ({ nonce }: Launch): string => `fastboot-ready-${nonce}`;

/** The first line that the script writes to standard output. */
export const startedMarker = ({ nonce }: Launch): string => `fastboot-started-${nonce}`;

/** Whether sudo may ask for a password. Then the script is sent only after the ready marker. */
export const mayAsk = ({ become }: Launch): boolean => become?.password !== undefined;

/**
 * The command that reads a script from its standard input. The locale is C for sudo too, because its messages are
 * recognized by their text. With a password, sudo ignores cached credentials (`-k`), so it always asks if it needs one.
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
 * Takes away what the login of a host may export, and what changes the meaning of scripts: the time limit of bash for `read`, the
 * folders that `cd` searches, the quoting of `ls`, the units of `df`, options of `grep`. bash leaves its POSIX mode together with
 * POSIXLY_CORRECT, so it is put back into it.
 */
const CLEAN_ENVIRONMENT = `unset TMOUT CDPATH ENV BASH_ENV QUOTING_STYLE TIME_STYLE BLOCK_SIZE BLOCKSIZE DF_BLOCK_SIZE LS_BLOCK_SIZE
unset GREP_OPTIONS GREP_COLOR GREP_COLORS LIBMOUNT_FSTAB LIBMOUNT_MTAB
if [ -n "\${POSIXLY_CORRECT+set}" ]; then
  unset POSIXLY_CORRECT
  if (set -o posix) 2>/dev/null; then set -o posix; fi
fi`;

/**
 * The script as it is sent: one compound command, which the shell reads to its end before it runs any of it. So an incomplete
 * script does nothing, and what follows on standard input is never taken for commands.
 */
export function launchText(launch: Launch, script: string): Buffer {
  return encodeBytes(`{ echo ${startedMarker(launch)}\n${CLEAN_ENVIRONMENT}\n${script}\n}; exit\n`);
}
