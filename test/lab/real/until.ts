import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something, and throws with its name when it takes longer than the time given. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  timeout: number,
  interval = 500,
): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeout / 1000} s: ${what}`);
    await sleep(interval);
  }
}
