/** Data and words that the findings of several checks share. */
import { gib } from '../../core/sentence-parts.ts';

/** A list of which a person sees the first items: so many there are, and the first of them. */
export type Some<Item> = { readonly total: number; readonly first: readonly Item[] };

export function some<Item>(all: readonly Item[], most: number): Some<Item> {
  return { total: all.length, first: all.slice(0, most) };
}

/** `a, b and 3 more`, for items without commas. */
export function nameThem({ total, first }: Some<string>): string {
  return `${first.join(', ')}${total > first.length ? ` and ${total - first.length} more` : ''}`;
}

/** `a; b; and 3 more`, for items that may contain commas. */
export function listThem<Item>({ total, first }: Some<Item>, text: (item: Item) => string): string {
  return `${first.map(text).join('; ')}${total > first.length ? `; and ${total - first.length} more` : ''}`;
}

/** `1 file`, `2 files`. */
export function count(total: number, noun: string): string {
  return `${total} ${noun}${total === 1 ? '' : 's'}`;
}

/** `2 base files (1.5 GiB)`. */
export function countSized(total: number, noun: string, bytes: number): string {
  return `${count(total, noun)} (${gib(bytes)} GiB)`;
}
