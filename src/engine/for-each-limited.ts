/**
 * Runs jobs on all items, at most `limit` at a time, in order of the items. Once `signal` is aborted no further job is
 * begun; the results of those left out are undefined.
 */
export async function forEachLimited<T, R>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  job: (item: T) => Promise<R>,
): Promise<readonly (R | undefined)[]> {
  const results: (R | undefined)[] = items.map(() => undefined);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length && !signal.aborted) {
      const index = next++;
      const item = items[index];
      if (item !== undefined) results[index] = await job(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, limit), items.length) }, work));
  return results;
}
