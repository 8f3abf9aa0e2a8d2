/**
 * Makes a pure function remember its last result for each first argument, as long as that object lives. Called again with
 * the very same arguments, it does not compute the result again.
 */
export function memoizeLast<K extends object, Rest extends readonly unknown[], V>(
  work: (key: K, ...rest: Rest) => V,
): (key: K, ...rest: Rest) => V {
  const known = new WeakMap<K, { readonly rest: Rest; readonly value: V }>();
  return (key, ...rest) => {
    const last = known.get(key);
    if (last?.rest.every((part, index) => part === rest[index]) === true) return last.value;
    const value = work(key, ...rest);
    known.set(key, { rest, value });
    return value;
  };
}
