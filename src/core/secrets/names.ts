/** The one definition of what a secret is: by the name of an option or variable, wherever such a name stands in a text. */

/** Words in the names of options and variables whose value is a secret. */
const SECRET =
  /pass|pwd|secret|token|credential|fernet|authorization|(?:api|access|private|encryption|signing)_?key|(?:^|[_.-])key$/i;

/** A line without any of these holds no such name; most lines end here. */
const MAY_HOLD_SECRET = /pass|pwd|secret|token|credential|fernet|authorization|key/i;

/** Names that hold one of these words, but whose value is something about a secret: its path, its lifetime, its kind. */
const ABOUT_SECRETS =
  /[_-](?:files?|paths?|dirs?|expiration|lifetime|timeout|ttl|length|provider|method|type|enabled)$|^-*ask[_-]/i;

/** Secrets that never look like a path; keys and credentials are often named by their path. */
const NEVER_A_PATH = /pass|pwd|secret|fernet/i;

/** Options that take their secret as the next word: `--password hunter2`. A key is given by its path there. */
const SECRET_OPTION = /^--?[\w-]*(?:pass|pwd|secret|token)/i;

const PATH = /^["']?\/[\w.@-]+(?:\/[\w.@-]+)*\/?["']?,?$/;

/** Whether an option or variable of this name holds a secret itself. */
export function holdsSecret(name: string): boolean {
  return SECRET.test(name) && !ABOUT_SECRETS.test(name);
}

/** Whether the value of such an option is only the path of the secret: `ssl_key = /etc/ssl/x.key`. */
export function isPathOfSecret(name: string, value: string): boolean {
  return !NEVER_A_PATH.test(name) && PATH.test(value);
}

/** Whether a word of a command line is an option whose secret is the next word. */
export function isSecretOption(word: string): boolean {
  return SECRET_OPTION.test(word) && holdsSecret(word) && !/[=\s]/.test(word);
}

/** A name that holds a secret, and where its value begins. */
export interface SecretPlace {
  readonly name: string;
  /** Where the name begins, without quotes. */
  readonly start: number;
  /** Where the value begins, after the sign and spaces. */
  readonly value: number;
}

/** `name:`, `name =`, `"name" =>` and the like. It begins only where a name begins, which keeps the search linear. */
const ASSIGNMENT = /(?<![\w.-])([\w.-]+)(?:\\*["'`])?(?:\s*(?::=|=>|[+?]?=|:(?!\/\/))\s*)/g;
const OPTION = /(?<![\w.-])(-[\w-]+)\s+(?=[^\s-])/g;

/** The names in a line whose values are secrets, in order. */
export function findSecrets(line: string): readonly SecretPlace[] {
  if (!MAY_HOLD_SECRET.test(line)) return [];
  const places = (pattern: RegExp, isSecret: (name: string) => boolean) =>
    [...line.matchAll(pattern)].flatMap(({ 0: all, 1: name = '', index }) =>
      isSecret(name) ? [{ name, start: index, value: index + all.length }] : [],
    );
  return [...places(ASSIGNMENT, holdsSecret), ...places(OPTION, isSecretOption)].sort(
    (a, b) => a.start - b.start,
  );
}
