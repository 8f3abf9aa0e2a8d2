/** Ranges in host names, such as `compute[01:40]`. */
import { isIP } from 'node:net';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';

/** Longer names have no port; this bounds the work of the pattern below. */
const MAX_NAME_LENGTH = 1000;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The values of one range `[begin:end:step]`. */
interface Range {
  readonly count: number;
  readonly at: (index: number) => string;
}

/** A host's name with its ranges. Its size is known before the names are written out. */
export interface HostPattern {
  /** The port of `name:22`, where Ansible takes it as a port. */
  readonly port: number | undefined;
  readonly count: number;
  /** The names; the last range counts fastest. */
  names(): Iterable<string>;
}

/** Reads a key below `hosts:` as Ansible does: a name, perhaps with ranges and a port. The error is a message. */
export function parseHostPattern(text: string): Result<HostPattern, string> {
  const { pattern, port } = splitPort(text);
  const parts: (string | Range)[] = [];
  let rest = pattern;
  for (let open = rest.indexOf('['); open >= 0; open = rest.indexOf('[')) {
    const close = rest.indexOf(']', open);
    if (close < 0) return err(`the range in \`${text}\` has no closing bracket; write \`[begin:end]\``);
    const range = parseRange(rest.slice(open + 1, close));
    if (!range.ok) return range;
    parts.push(rest.slice(0, open), range.value);
    rest = rest.slice(close + 1);
  }
  parts.push(rest);
  const count = parts.reduce((product, part) => product * (typeof part === 'string' ? 1 : part.count), 1);
  return ok({ port, count, names: () => combine(parts, '') });
}

function* combine(parts: readonly (string | Range)[], before: string): Generator<string> {
  const [head, ...rest] = parts;
  if (head === undefined) yield before;
  else if (typeof head === 'string') yield* combine(rest, before + head);
  else for (let i = 0; i < head.count; i++) yield* combine(rest, before + head.at(i));
}

function parseRange(text: string): Result<Range, string> {
  const bounds = text.split(':');
  const [begin = '', end = '', stepText = '1'] = bounds;
  if (bounds.length < 2 || bounds.length > 3)
    return err(`\`[${text}]\` is not a range; write \`[begin:end]\``);
  if (end === '') return err(`the range \`[${text}]\` has no end; write \`[begin:end]\``);
  if (!/^\d+$/.test(stepText) || Number(stepText) < 1)
    return err(`the step of the range \`[${text}]\` must be a whole number, 1 or more`);
  const step = Number(stepText);
  const [first, last] = [LETTERS.indexOf(begin), LETTERS.indexOf(end)];
  if (begin.length === 1 && end.length === 1 && first >= 0 && last >= 0) {
    if (first > last) return err(`the range \`[${text}]\` ends before it begins; write the lower end first`);
    return ok({ count: countOf(first, last, step), at: (index) => LETTERS.charAt(first + index * step) });
  }
  if (!/^\d*$/.test(begin) || !/^\d+$/.test(end))
    return err(`the range \`[${text}]\` needs two numbers or two letters, such as \`[01:40]\` or \`[a:f]\``);
  const padded = begin.startsWith('0') && begin.length > 1;
  if (padded && begin.length !== end.length) {
    return err(
      `the range \`[${text}]\` has a leading zero, so both ends must have the same number of digits`,
    );
  }
  const [from, to] = [Number(begin), Number(end)];
  const width = padded ? begin.length : 0;
  return ok({
    count: countOf(from, to, step),
    at: (index) => String(from + index * step).padStart(width, '0'),
  });
}

const countOf = (from: number, to: number, step: number): number =>
  Math.max(0, Math.floor((to - from) / step) + 1);

const LABEL = String.raw`(?:[\p{L}\p{N}_]|R)(?:[\p{L}\p{N}_-]|R)*(?<![_-])`.replaceAll(
  'R',
  String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`,
);
const HOSTNAME = new RegExp(String.raw`^${LABEL}(?:\.${LABEL})*$`, 'iu');

/** Ansible takes `:22` as a port only after a name that it finds valid. */
function splitPort(text: string): { pattern: string; port: number | undefined } {
  const bracketed = /^\[(.+)\]:(\d+)$/.exec(text);
  const inner = bracketed?.[1] ?? '';
  if (
    bracketed !== null &&
    (isIP(inner) !== 0 || (inner.length <= MAX_NAME_LENGTH && HOSTNAME.test(inner)))
  ) {
    return { pattern: inner, port: Number(bracketed[2]) };
  }
  const match = /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/.exec(text);
  const name = match?.[1] ?? '';
  if (match === null || name.length > MAX_NAME_LENGTH || !HOSTNAME.test(name))
    return { pattern: text, port: undefined };
  return { pattern: name, port: Number(match[2]) };
}
