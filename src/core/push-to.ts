/** Appends a value to the list of a key; the list is made where it is missing. */
export function pushTo<K, V>(to: Map<K, V[]>, key: K, value: V): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [value]);
  else known.push(value);
}
