/** Groups items by a key. */

/** A list with at least one item. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Items with the same key together, groups in the order of their first item. */
export function groupBy<T>(items: Iterable<T>, key: (item: T) => string): readonly NonEmpty<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups.values()];
}
