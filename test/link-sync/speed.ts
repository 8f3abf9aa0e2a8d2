import { check } from './python.ts';

/** What speed.py prints. */
export interface Speed {
  readonly count: number;
  /** Seconds of the first pass, which links all. */
  readonly first: number;
  /** CPU milliseconds of a pass that finds nothing to do. */
  readonly cpu: number;
  /** Processes and threads that were started during such passes. */
  readonly forks: number;
  /** Milliseconds from the moment that an image is known to be whole to its link: by settling, and by Glance's word. */
  readonly p50: number;
  readonly p99: number;
  readonly glanceP50: number;
  readonly glanceP99: number;
  /** MiB at most. */
  readonly memory: number;
}

/** Measures until the measurement is good enough, three times at most: other work on this machine only makes it worse. */
export async function measureSpeed(
  isGood: (speed: Speed) => boolean,
  ...args: readonly number[]
): Promise<Speed> {
  for (let left = 2; ; left -= 1) {
    const { code, said } = await check('speed', ...args);
    if (code !== 0) throw new Error(said);
    const speed = JSON.parse(said) as Speed;
    if (left === 0 || isGood(speed)) return speed;
  }
}
