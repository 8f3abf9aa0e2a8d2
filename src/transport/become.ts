import type { Secret } from '../core/secret.ts';

/** That scripts run through sudo, and the password for it if there is one. */
export interface Become {
  readonly password: Secret | undefined;
}

/** Why sudo did not start the script, and the way out. */
export interface BecomeProblem {
  readonly reason: string;
  readonly hint: string;
}

/** sudo asked a second time: the first answer was wrong. */
export const WRONG_PASSWORD: BecomeProblem = {
  reason: 'sudo did not accept the password',
  hint: 'check the become password; it was tried once only',
};

const PROBLEMS: readonly (BecomeProblem & { readonly pattern: RegExp })[] = [
  {
    pattern: /must have a tty|no tty present|a terminal is required/,
    reason: 'sudo wants a terminal (requiretty)',
    hint: 'add "Defaults:USER !requiretty" to sudoers',
  },
  {
    pattern: /a password is required|no password was provided/,
    reason: 'sudo asks for a password',
    hint: 'give it by --ask-become-pass or FASTBOOT_BECOME_PASSWORD, or add a NOPASSWD rule to sudoers',
  },
  { pattern: /incorrect password|try again/i, ...WRONG_PASSWORD },
  {
    pattern: /not in the sudoers file|may not run sudo|is not allowed to/,
    reason: 'sudoers does not allow this user to become root',
    hint: 'add a rule for this user to sudoers, or log in as another user',
  },
  {
    pattern: /sudo'?: (command )?not found|'?sudo'?: No such file/,
    reason: 'sudo is not installed',
    hint: 'install sudo, or log in as root with ansible_become: false',
  },
];

/** Reads out of sudo's standard error, in the C locale, why it gave up. */
export function explainSudo(stderr: string, code: number): BecomeProblem {
  const known = PROBLEMS.find(({ pattern }) => pattern.test(stderr));
  if (known !== undefined) return { reason: known.reason, hint: known.hint };
  const reason = lastLine(stderr) ?? `sudo ended with code ${code} and without a message`;
  return { reason, hint: 'try `sudo -k sh -c id` on the host as this user' };
}

/** The last line of an output that says something. */
export function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
