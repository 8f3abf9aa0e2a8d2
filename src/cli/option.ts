/** Options of the command line as data: their flags, help, default and parser. */
import { closeSync, openSync } from 'node:fs';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import type { Share } from '../commands/run/rollout.ts';

/** An option with a value of type T. */
export interface OptionSpec<T> {
  /** As in the help: `-v, --verbose` or `--limit <pattern>`. */
  readonly flags: string;
  readonly help: string;
  readonly default: T;
  /** The default in words; `false` and `undefined` are never shown. */
  readonly defaultText?: string;
  /** Without it a text is taken as it is. The error completes "argument 'x' is invalid." */
  readonly parse?: (text: string) => Result<T, string>;
  readonly choices?: readonly string[];
  /** Keys of options that cannot be given together with this one. */
  readonly conflicts?: readonly string[];
  /** The heading in the help under which it is shown. */
  readonly heading?: string;
}

/** A table of options for each key of a type. */
export type OptionSpecs<Options> = { readonly [Key in keyof Options]-?: OptionSpec<Options[Key]> };

/** An option that is given or not. */
export function flag(flags: string, help: string): OptionSpec<boolean> {
  return { flags, help, default: false };
}

/** An option with a text, such as the name of a file. */
export function text(flags: string, help: string): OptionSpec<string | undefined> {
  return { flags, help, default: undefined };
}

/** An option with one of some words; the first one is the default. */
export function choice<Word extends string>(
  flags: string,
  help: string,
  words: readonly [Word, ...Word[]],
): OptionSpec<Word> {
  const parse = (given: string): Result<Word, string> => {
    const found = words.find((word) => word === given);
    return found === undefined ? err(`Allowed choices are ${words.join(', ')}.`) : ok(found);
  };
  return { flags, help, default: words[0], choices: words, parse };
}

/** A whole number, 1 or more. */
export function parseCount(given: string): Result<number, string> {
  const value = Number(given);
  return Number.isInteger(value) && value >= 1 ? ok(value) : err('Expected a whole number ≥ 1.');
}

/** Whole seconds, 0 or more. */
export function parseSeconds(given: string): Result<number, string> {
  return /^\d{1,9}$/.test(given) ? ok(Number(given)) : err('Expected whole seconds ≥ 0.');
}

/** `N` or `N%`, 0 or more. */
export function parseShare(given: string): Result<Share, string> {
  const match = /^(\d{1,9})(%?)$/.exec(given);
  const amount = Number(match?.[1]);
  const percent = match?.[2] === '%';
  return match === null || (percent && amount > 100)
    ? err('Expected a whole number or a percentage such as 10%.')
    : ok({ amount, percent });
}

/** `N` or `N%`, 1 or more. */
export function parseSizeOfBatch(given: string): Result<Share, string> {
  const share = parseShare(given);
  return share.ok && share.value.amount === 0
    ? err('Expected a whole number ≥ 1 or a percentage such as 10%.')
    : share;
}

/** A number of hosts, or a host pattern. */
export function parseCanary(given: string): Result<number | string, string> {
  return /^[-+]?[\d.]+$/.test(given) ? parseCount(given) : ok(given);
}

/** A file that can be appended to. A log that cannot be written is an error before anything is touched. */
export function parseAppendable(file: string): Result<string, string> {
  try {
    closeSync(openSync(file, 'a', 0o600));
    return ok(file);
  } catch (error) {
    return err(`${error instanceof Error ? error.message : String(error)}.`);
  }
}
