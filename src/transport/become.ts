/** sudo: how scripts become root, and why that may fail. */
import type { Secret } from '../core/secrets/secret.ts';

/** Scripts run through sudo, with a password if there is one. */
export interface Become {
  readonly password: Secret | undefined;
}

/** Why sudo did not start the script, and what to do. */
export interface BecomeProblem {
  readonly reason: string;
  readonly hint: string;
}

/** sudo asked again, so the password was wrong. */
export const WRONG_PASSWORD: BecomeProblem = {
  reason: 'sudo did not accept the password',
  hint: 'Check the become password. It was tried only once.',
};

const PROBLEMS: readonly (BecomeProblem & { readonly pattern: RegExp })[] = [
  {
    pattern: /must have a tty|no tty present|a terminal is required/,
    reason: 'sudo needs a terminal (requiretty)',
    hint: 'Add "Defaults:USER !requiretty" to sudoers.',
  },
  {
    pattern: /a password is required|no password was provided/,
    reason: 'sudo asks for a password',
    hint: 'Give it with --ask-become-pass or FASTBOOT_BECOME_PASSWORD, or add a NOPASSWD rule to sudoers.',
  },
  { pattern: /incorrect password|try again/i, ...WRONG_PASSWORD },
  {
    pattern: /not in the sudoers file|may not run sudo|is not allowed to/,
    reason: 'sudoers does not allow this user to become root',
    hint: 'Add a rule for this user to sudoers, or log in as another user.',
  },
  {
    pattern: /sudo'?: (command )?not found|'?sudo'?: No such file/,
    reason: 'sudo is not installed',
    hint: 'Install sudo, or log in as root with ansible_become: false.',
  },
];

/** Finds out from sudo's standard error why it did not start the script. The locale must be C. */
export function explainSudo(stderr: string, code: number): BecomeProblem {
  const known = PROBLEMS.find(({ pattern }) => pattern.test(stderr));
  if (known !== undefined) return { reason: known.reason, hint: known.hint };
  const reason = lastLine(stderr) ?? `sudo ended with exit code ${code} and no message`;
  return { reason, hint: 'Try `sudo -k sh -c id` on the host as this user.' };
}

/** The last line of a text that is not empty. */
export function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
