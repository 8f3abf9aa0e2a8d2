/** Sizes and lists in sentences. */

/** Bytes in GiB, such as `1.5`. */
export function gib(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

/** The first names for a sentence: `a, b and 3 more`. */
export function nameSome(all: readonly string[], maxShown: number): string {
  const more = all.length - maxShown;
  return `${all.slice(0, maxShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The first things that may contain commas: `a; b; and 3 more`. */
export function listSome(all: readonly string[], maxShown: number): string {
  const more = all.length - maxShown;
  return `${all.slice(0, maxShown).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
