import { visible } from './escape.ts';

interface Numbered {
  readonly name: string;
  readonly prefix: string;
  readonly digits: string;
  readonly suffix: string;
}

interface Run {
  readonly first: Numbered;
  last: Numbered;
}

/**
 * Host names as `--limit` accepts them, as short as ranges make them: `compute[001:003],compute007,nfs01`. Every name
 * comes out exactly once; names that do not count up stay as they are.
 */
export function compressHosts(names: readonly string[]): string {
  return visible(hostRanges(names).join(','));
}

/** The parts of `compressHosts`, families of names in the order of their first member. */
export function hostRanges(names: readonly string[]): readonly string[] {
  const families = new Map<string, Numbered[]>();
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
 * The number that counts the hosts: the last one in the first label of the name, if that is no mere number, else the last
 * one anywhere. More than
 * nine digits are no count.
 */
function parseName(name: string): Numbered {
  const match =
    /^(?=[^.]*[A-Za-z_])((?:[^.]*[^.0-9])?)([0-9]{1,9})([^.0-9]*(?:\..*)?)$/.exec(name) ??
    /^((?:.*[^0-9])?)([0-9]{1,9})([^0-9]*)$/.exec(name);
  const [, prefix = name, digits = '', suffix = ''] = match ?? [];
  return { name, prefix, digits, suffix };
}

function runs(family: readonly Numbered[]): readonly Run[] {
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

/** Whether counting on from the run gives this name, leading zeros as the first name of the run has them. */
function follows(run: Run, next: Numbered): boolean {
  if (run.last.digits === '') return false;
  const wanted = String(Number(run.last.digits) + 1).padStart(run.first.digits.length, '0');
  return wanted === next.digits;
}

function formatRun({ first, last }: Run): string {
  if (first === last) return first.name;
  return `${first.prefix}[${first.digits}:${last.digits}]${first.suffix}`;
}
