/** What a secret is: the one definition, by the names of options and variables. */

/** Words in the names of options and variables whose value is a secret. */
const SECRET =
  /pass|pwd|secret|token|credential|fernet|authorization|(?:api|access|private|encryption|signing)_?key|(?:^|[_.-])key$/i;

/** A line without any of these words has no such name. Most lines are done with this test. */
const MAY_HOLD_SECRET = /pass|pwd|secret|token|credential|fernet|authorization|key/i;

/** Names with one of these words whose value is not a secret, but says something about it: its path, lifetime or kind. */
const ABOUT_SECRETS =
  /[_-](?:files?|paths?|dirs?|expiration|lifetime|timeout|ttl|length|provider|method|type|enabled)$|^-*ask[_-]/i;

/** Names whose value is never taken as a path. The value of a key is often the path of its file. */
const NEVER_A_PATH = /pass|pwd|secret|fernet/i;

/** Options that take their secret as the next word, such as `--password hunter2`. Keys are not among them: they are paths. */
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

/** `name:`, `name =`, `"name" =>` and the like. It can match only where a name begins, which keeps the search linear. */
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
