/** The details of one change that many hosts make: what is the same on all of them, and what differs. */
import { groupBy } from '../../core/group-by.ts';
import type { NonEmpty } from '../../core/group-by.ts';
import { canonicalJson } from '../../core/json.ts';
import type { Json } from '../../core/json.ts';
import type { Change } from '../../plan/plan.ts';
import { attributeDifferences, diffLines } from './change-diff.ts';
import type { DiffLine } from './change-diff.ts';

/** The details of a change as they are on these hosts. */
export interface Variant {
  readonly hosts: readonly string[];
  readonly reason: string;
  readonly remedy: string | undefined;
  /** Attributes that get other values: `mode 0755 -> 1775`. */
  readonly differences: readonly string[];
  readonly diff: readonly DiffLine[];
}

/** One change of one host, with the service that is stopped for it. */
export interface HostChange {
  readonly host: string;
  readonly change: Change;
  readonly stops: string | null;
}

/** The variants of a change, the most frequent first. */
export function variantsOf(changes: readonly HostChange[]): NonEmpty<Variant> {
  const details = changes.map(({ host, change }) => ({
    host,
    reason: change.reason,
    remedy: change.remedy,
    differences: attributeDifferences(change),
    diff: change.diff === undefined ? [] : diffLines(change.diff),
  }));
  const variants = groupBy(details, ({ reason, remedy, differences, diff }) =>
    canonicalJson([reason, remedy ?? null, differences, diff.filter(isEdit)] as unknown as Json),
  ).map(([first, ...more]) => ({
    hosts: [first, ...more].map(({ host }) => host),
    reason: first.reason,
    remedy: first.remedy,
    differences: first.differences,
    diff: sharedDiff([first.diff, ...more.map(({ diff }) => diff)]),
  }));
  const [head, ...tail] = variants.sort((a, b) => b.hosts.length - a.hosts.length);
  if (head === undefined) throw new Error('a change without a host');
  return [head, ...tail];
}

function isEdit({ sign }: DiffLine): boolean {
  return sign === '+' || sign === '-';
}

/** One diff for all hosts. The lines around the edits are left out where they differ from host to host. */
function sharedDiff([first, ...more]: NonEmpty<readonly DiffLine[]>): readonly DiffLine[] {
  const text = (diff: readonly DiffLine[]) => JSON.stringify(diff);
  return more.every((diff) => text(diff) === text(first)) ? first : first.filter(isEdit);
}

/** What is written above the details of a variant. */
export interface VariantHead {
  readonly hosts: readonly string[];
  /** Whether most hosts have other details, which are shown before these. */
  readonly instead: boolean;
  /** Null where the reason is the same on all hosts. */
  readonly reason: string | null;
}

/** The head of a variant; null where it needs none, because it is the only one or that of most hosts. */
export function variantHead(variants: NonEmpty<Variant>, variant: Variant): VariantHead | null {
  const [first] = variants;
  const total = variants.reduce((sum, { hosts }) => sum + hosts.length, 0);
  const isSameReason = hasSameReason(variants);
  const isFirstOnMost = first.hosts.length * 2 > total && isSameReason;
  if (variant === first && isFirstOnMost) return null;
  return { hosts: variant.hosts, instead: isFirstOnMost, reason: isSameReason ? null : variant.reason };
}

/** Whether the reason of a change is the same on all hosts. */
export function hasSameReason([first, ...others]: NonEmpty<Variant>): boolean {
  return others.every(({ reason }) => reason === first.reason);
}
