import type { Secret } from '../core/secret.ts';

/** How scripts become root: the words that make one start of sudo recognisable, and the password if there is one. */
export interface Become {
  /** Unguessable, new for each script: no file or program on the host can print it by itself. */
  readonly nonce: string;
  readonly password: Secret | undefined;
}

/** Why sudo did not start the script, and the way out. */
export interface BecomeProblem {
  readonly reason: string;
  readonly hint: string;
}

const C_LOCALE = ['env', 'LC_ALL=C', 'LANG=C'] as const;

/** What sudo prints on standard error when it wants the password. */
export const passwordPrompt = (become: Become): string => `fastboot-password-${become.nonce}:`;

/** The line that the shell prints on standard output once it runs as root. */
export const readyLine = (become: Become): string => `fastboot-ready-${become.nonce}\n`;

/**
 * The command that reads a script from its standard input. Both locales are C: sudo's messages are recognised by their
 * text. With a password sudo forgets what it remembers (`-k`), so that it asks where it would ask, and not otherwise.
 */
export function scriptCommand(become: Become | undefined): readonly string[] {
  if (become === undefined) return [...C_LOCALE, 'sh', '-s'];
  const ask = become.password === undefined ? ['-n'] : ['-k', '-S', '-p', passwordPrompt(become)];
  const start = `echo ${readyLine(become).trimEnd()}; exec sh -s`;
  return [...C_LOCALE, 'sudo', '-H', ...ask, '--', ...C_LOCALE, 'sh', '-c', start];
}

const PROBLEMS: readonly (BecomeProblem & { readonly pattern: RegExp })[] = [
  {
    pattern: /a password is required|no password was provided/,
    reason: 'sudo asks for a password',
    hint: 'give it by --ask-become-pass or FASTBOOT_BECOME_PASSWORD, or add a NOPASSWD rule to sudoers',
  },
  {
    pattern: /incorrect password|try again/i,
    reason: 'sudo did not accept the password',
    hint: 'check the become password; it was tried once only',
  },
  {
    pattern: /not in the sudoers file|may not run sudo|is not allowed to/,
    reason: 'sudoers does not allow this user to become root',
    hint: 'add a rule for this user to sudoers, or log in as another user',
  },
  {
    pattern: /must have a tty|no tty present|a terminal is required/,
    reason: 'sudo wants a terminal (requiretty)',
    hint: 'add "Defaults:USER !requiretty" to sudoers',
  },
  {
    pattern: /sudo'?: (command )?not found|'?sudo'?: No such file/,
    reason: 'sudo is not installed',
    hint: 'install sudo, or log in as root with ansible_become: false',
  },
];

/** Reads out of sudo's standard error, in the C locale, why it gave up. */
export function explainSudo(stderr: string, code: number | null): BecomeProblem {
  const known = PROBLEMS.find(({ pattern }) => pattern.test(stderr));
  if (known !== undefined) return { reason: known.reason, hint: known.hint };
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  const reason = last === '' ? `sudo ended with code ${code ?? 'unknown'} and without a message` : last;
  return { reason, hint: 'try `sudo -k sh -c id` on the host as this user' };
}

/** sudo asked a second time: the first answer was wrong. */
export const WRONG_PASSWORD: BecomeProblem = explainSudo('Sorry, try again.', null);
