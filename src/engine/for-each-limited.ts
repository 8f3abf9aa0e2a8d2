/** Runs jobs side by side. */

/**
 * Runs a job on each item, in order of the items, at most `limit` at a time. When `signal` is aborted, no more jobs are
 * started. Jobs that were not started have the result undefined.
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
