/** Writes host names as ranges. */
import { visible } from './escape.ts';

/** A host name with its number: `prefix`, `digits`, `suffix`. */
interface NumberedName {
  readonly name: string;
  readonly prefix: string;
  readonly digits: string;
  readonly suffix: string;
}

/** Names whose numbers follow each other. */
interface Run {
  readonly first: NumberedName;
  last: NumberedName;
}

/**
 * Host names in the form of `--limit`, with ranges where numbers follow each other: `compute[001:003],compute007,backend`.
 * Each name is in it exactly once.
 */
export function compressHosts(names: readonly string[]): string {
  return visible(hostRanges(names).join(','));
}

/** The parts of `compressHosts`. Names that differ only in their number are one part. */
export function hostRanges(names: readonly string[]): readonly string[] {
  const families = new Map<string, NumberedName[]>();
  for (const name of new Set(names)) {
    const parsed = parseName(name);
    const key = `${parsed.prefix}\0${parsed.suffix}`;
    const family = families.get(key);
    if (family) family.push(parsed);
    else families.set(key, [parsed]);
  }
  return [...families.values()].flatMap((family) => runs(family).map(formatRun));
}

/**
 * Finds the number that counts the hosts: the last number in the first label of the name, unless that label is only a
 * number; otherwise the last number in the whole name. A number with more than nine digits does not count.
 */
function parseName(name: string): NumberedName {
  const match =
    /^(?=[^.]*[A-Za-z_])((?:[^.]*[^.0-9])?)([0-9]{1,9})([^.0-9]*(?:\..*)?)$/.exec(name) ??
    /^((?:.*[^0-9])?)([0-9]{1,9})([^0-9]*)$/.exec(name);
  const [, prefix = name, digits = '', suffix = ''] = match ?? [];
  return { name, prefix, digits, suffix };
}

function runs(family: readonly NumberedName[]): readonly Run[] {
  const sorted = [...family].sort(
    (a, b) => a.digits.length - b.digits.length || Number(a.digits) - Number(b.digits),
  );
  const result: Run[] = [];
  for (const item of sorted) {
    const run = result.at(-1);
    if (run && follows(run, item)) run.last = item;
    else result.push({ first: item, last: item });
  }
  return result;
}

/** Whether a name is the next one of a run, with leading zeros as in the first name of the run. */
function follows(run: Run, next: NumberedName): boolean {
  if (run.last.digits === '') return false;
  const wanted = String(Number(run.last.digits) + 1).padStart(run.first.digits.length, '0');
  return wanted === next.digits;
}

function formatRun({ first, last }: Run): string {
  if (first === last) return first.name;
  return `${first.prefix}[${first.digits}:${last.digits}]${first.suffix}`;
}
