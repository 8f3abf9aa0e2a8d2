/** Host patterns, as `--limit` takes them. */
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { suggest } from '../core/suggest.ts';
import type { Host, Inventory } from './inventory.ts';
import { parseHostPattern } from './range.ts';

const MAX_NAMES_SHOWN = 5;

/** Longer ranges are not written out. */
const MAX_RANGE = 1_000_000;

/** What a pattern chooses from; an `Inventory` is one. */
export type Selectable = Pick<Inventory, 'hosts' | 'groups'>;

/**
 * The hosts that a `--limit` pattern chooses, in the order of the inventory. The terms are separated by commas: names, groups,
 * globs, ranges (`compute[01:03]`) and positions in a group (`compute[0:9]`). `!term` removes hosts. `&term` keeps only
 * hosts that are also in the term. The order of terms does not matter. The error names a term that matches nothing.
 */
export function selectHosts(inventory: Selectable, pattern: string): Result<readonly Host[], string> {
  const terms = splitTerms(pattern);
  if (terms.length === 0) return err('the pattern is empty: give names of hosts or groups');
  const taken = new Set<string>();
  const groups = { add: [] as Set<string>[], keep: [] as Set<string>[], drop: [] as Set<string>[] };
  for (const term of terms) {
    const sign = /^[!&]/.exec(term)?.[0];
    const matched = matchTerm(inventory, sign === undefined ? term : term.slice(1));
    if (!matched.ok) return matched;
    groups[sign === '!' ? 'drop' : sign === '&' ? 'keep' : 'add'].push(matched.value);
  }
  if (groups.add.length === 0) groups.add.push(new Set(inventory.hosts.map((host) => host.name)));
  for (const names of groups.add) for (const name of names) taken.add(name);
  const hosts = inventory.hosts.filter(
    ({ name }) =>
      taken.has(name) &&
      groups.keep.every((names) => names.has(name)) &&
      !groups.drop.some((names) => names.has(name)),
  );
  return hosts.length === 0
    ? err(
        `\`${pattern}\` selects no host: change the pattern (\`fastboot inventory FILE --graph\` shows the groups)`,
      )
    : ok(hosts);
}

/** Commas separate terms. As in Ansible, colons outside of brackets do too: no name has one. */
function splitTerms(pattern: string): string[] {
  const terms = pattern.match(/(?:[^,:[\]]|\[[^\]]*\]?|\])+/g) ?? [];
  return terms.map((term) => term.trim()).filter((term) => term !== '');
}

function matchTerm(inventory: Selectable, term: string): Result<Set<string>, string> {
  const { groups, hosts } = inventory;
  const group = Object.hasOwn(groups, term) ? groups[term] : undefined;
  if (group !== undefined) return ok(new Set(group));
  if (hosts.some((host) => host.name === term)) return ok(new Set([term]));
  const subscript = /^([^[\]]+)\[(-?\d+)(?::(\d*))?\]$/.exec(term);
  const found =
    rangeOfNames(inventory, term) ??
    (subscript === null ? undefined : slice(inventory, subscript)) ??
    glob(inventory, term);
  if (found !== undefined) return found;
  const near = suggest(term, [...Object.keys(groups), ...hosts.map((host) => host.name)]);
  return err(
    `no host or group matches \`${term}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
  );
}

/** The hosts of a range; undefined where none of its names is a host. */
function rangeOfNames({ hosts }: Selectable, term: string): Result<Set<string>, string> | undefined {
  if (!/\[[^\]]*:[^\]]*\]/.test(term) || /[*?]/.test(term)) return undefined;
  const parsed = parseHostPattern(term);
  if (!parsed.ok || parsed.value.count > MAX_RANGE) return undefined;
  const known = new Set(hosts.map((host) => host.name));
  const named = [...parsed.value.names()];
  const missing = named.filter((name) => !known.has(name));
  if (named.length === 0 || missing.length === named.length) return undefined;
  if (missing.length === 0) return ok(new Set(named));
  const shown = missing.slice(0, MAX_NAMES_SHOWN).join(', ');
  return err(
    `\`${term}\` names hosts that are not in the inventory: ${shown}${missing.length > MAX_NAMES_SHOWN ? ', …' : ''}`,
  );
}

/** Ansible's subscript: one position in a group, or the first and the last one, counted from 0. */
function slice({ groups }: Selectable, match: RegExpExecArray): Result<Set<string>, string> | undefined {
  const [term, name = '', first = '', last] = match;
  const members = Object.hasOwn(groups, name) ? groups[name] : undefined;
  if (members === undefined) return undefined;
  const begin = Number(first);
  const piece =
    last === undefined
      ? members.slice(begin, begin === -1 ? undefined : begin + 1)
      : members.slice(begin, last === '' ? undefined : Number(last) + 1);
  return piece.length > 0
    ? ok(new Set(piece))
    : err(`\`${term}\`: the group \`${name}\` has ${members.length} hosts`);
}

function glob({ groups, hosts }: Selectable, term: string): Result<Set<string>, string> | undefined {
  if (!/[*?[]/.test(term)) return undefined;
  const matches = globMatcher(term);
  const found = new Set<string>();
  for (const [name, members] of Object.entries(groups)) {
    if (name !== 'all' && name !== 'ungrouped' && matches(name))
      for (const member of members) found.add(member);
  }
  for (const { name } of hosts) if (matches(name)) found.add(name);
  if (term === '*') for (const { name } of hosts) found.add(name);
  return found.size === 0 ? undefined : ok(found);
}

/** Matches shell globs (`*`, `?`, `[…]`) without backtracking, so that no pattern is slow. */
function globMatcher(pattern: string): (text: string) => boolean {
  const parts = pattern.match(/\*+|\[!?[^\]]+\]|[^]/g) ?? [];
  const one = parts.map((part) => {
    if (part.startsWith('*')) return undefined;
    if (part === '?') return /[^]/;
    if (part.length > 1) return characterSet(part);
    return new RegExp(part.replace(/[.*+?^${}()|[\]\\/]/, '\\$&'));
  });
  return (text) => {
    // all positions of the pattern that the text so far can have reached
    let reached = new Set(afterStars(one, 0));
    for (const character of text) {
      const next = new Set<number>();
      for (const position of reached) {
        const part = one[position];
        if (position < one.length && part === undefined) next.add(position);
        else if (part?.test(character) === true)
          for (const after of afterStars(one, position + 1)) next.add(after);
      }
      for (const position of [...next]) for (const after of afterStars(one, position)) next.add(after);
      reached = next;
    }
    return reached.has(one.length);
  };
}

/** `[a-c]` or `[!a-c]` as a test for one character. */
function characterSet(part: string): RegExp {
  const negated = part.startsWith('[!');
  const members = part
    .slice(negated ? 2 : 1, -1)
    .replace(/[\\^\]]/g, '\\$&')
    // a range that ends before it begins matches nothing
    .replace(/(.)-(.)/gu, (range, first: string, last: string) => (first <= last ? range : ''));
  return new RegExp(members === '' ? '[]' : `[${negated ? '^' : ''}${members}]`);
}

/** A position in the pattern, and those after it that are reached because stars match nothing. */
function afterStars(parts: readonly (RegExp | undefined)[], from: number): number[] {
  const positions = [from];
  for (let at = from; at < parts.length && parts[at] === undefined; at++) positions.push(at + 1);
  return positions;
}
