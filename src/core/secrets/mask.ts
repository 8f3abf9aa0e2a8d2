/** Masks secrets in texts: by the names beside them, and by their values where a run knows them. */
import type { Json } from '../json.ts';
import { createLineMask, MASK, URL_PASSWORD } from './mask-lines.ts';
import { holdsSecret } from './secret-names.ts';

/** Changes a text so that it may be shown. */
export type MaskText = (text: string) => string;

/**
 * Masks every secret that has the name of a secret beside it: `password = …` with the lines that continue it, `--password …`,
 * and the same in JSON and XML. It also masks the password in a URL, and private keys. Where the end of a value is not clear,
 * more is masked rather than less.
 */
export function maskSecrets(text: string): string {
  const line = createLineMask();
  return text.split('\n').map(line).join('\n');
}

/** A mask that also masks secrets by the names beside them, for texts that come from hosts. */
export function alsoByName(mask: MaskText): MaskText {
  return (text) => maskSecrets(mask(text));
}

/**
 * Masks a diff in the same way. The removed and the added lines are two texts; a line without a sign belongs to both.
 *
 * @param signs the signs of the lines that are masked: `-` with the space for what is there, `+` for what comes
 */
export function maskDiff(diff: string, signs: '+-' | '-'): string {
  const before = createLineMask();
  const after = createLineMask();
  const mask = (line: string): string => {
    const sign = line.charAt(0);
    const rest = line.slice(1);
    if (sign === '-') return sign + before(rest);
    if (sign === '+') return signs === '-' ? line : sign + after(rest);
    if (sign !== ' ') return maskSecrets(line);
    const [old, now] = [before(rest), signs === '-' ? rest : after(rest)];
    return sign + (now === rest ? old : now);
  };
  return diff.split('\n').map(mask).join('\n');
}

/** Masks these values everywhere, also as JSON, URLs and shells write them. Of a value with several lines, each line. */
export function maskValues(values: Iterable<string>): MaskText {
  const parts = [...values].flatMap((value) =>
    [value, ...value.split('\n').map((line) => line.trim())].flatMap(spellings),
  );
  const sorted = [...new Set(parts)].filter((part) => part !== '').sort((a, b) => b.length - a.length);
  if (sorted.length === 0) return (text) => text;
  return (text) => sorted.reduce((masked, part) => masked.replaceAll(part, MASK), text);
}

function spellings(value: string): readonly string[] {
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.replace(/\p{Surrogate}/gu, '')),
    value.replaceAll("'", String.raw`'\''`),
  ];
}

/** The secrets in a variable: all texts below the name of a secret, and the passwords in URLs. */
export function secretsIn(name: string, value: Json): readonly string[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, item]) => secretsIn(holdsSecret(name) ? name : key, item));
  if (holdsSecret(name)) return [String(value)];
  return typeof value === 'string' ? urlPasswords(value) : [];
}

function urlPasswords(text: string): readonly string[] {
  return [...text.matchAll(URL_PASSWORD)].map(({ 0: all, 1: head = '' }) => all.slice(head.length));
}
