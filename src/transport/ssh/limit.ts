/** Limits how many tasks run at the same time. */

/** Limits the tasks that have the same key. The others wait in order. */
export type KeyedLimit = <T>(key: string, task: () => Promise<T>) => Promise<T>;

export function createKeyedLimit(max: number): KeyedLimit {
  const running = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  const enter = async (key: string): Promise<void> => {
    const count = running.get(key) ?? 0;
    if (count < max) {
      running.set(key, count + 1);
      return;
    }
    await new Promise<void>((resolve) => {
      waiting.set(key, [...(waiting.get(key) ?? []), resolve]);
    });
  };
  /** A task that ends gives its place to the first one that waits. */
  const leave = (key: string): void => {
    const [next, ...others] = waiting.get(key) ?? [];
    waiting.set(key, others);
    if (next === undefined) running.set(key, (running.get(key) ?? 1) - 1);
    else next();
  };

  return async (key, task) => {
    await enter(key);
    try {
      return await task();
    } finally {
      leave(key);
    }
  };
}
