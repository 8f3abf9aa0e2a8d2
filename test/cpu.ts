/** Measures CPU time, which a busy machine changes little. Tests compare two measurements of the same process, never seconds. */

/** A measurement goes on for this long, so that the clock's resolution does not matter. */
const MIN_CPU_SECONDS = 0.1;

/** The CPU seconds that one call of a job takes. The first call, which compiles the code, is not counted. */
export async function cpuOf(job: () => unknown): Promise<number> {
  await job();
  let calls = 0;
  let used = 0;
  const before = process.cpuUsage();
  while (used < MIN_CPU_SECONDS) {
    await job();
    calls += 1;
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1e6;
  }
  return used / calls;
}

/**
 * How many times more CPU time a job takes for the larger of two inputs. A job that is linear takes as many times more as
 * the input is larger; a quadratic job takes the square of that.
 */
export async function growthOf(
  jobFor: (size: number) => () => unknown,
  small: number,
  large: number,
): Promise<number> {
  const [smallJob, largeJob] = [jobFor(small), jobFor(large)];
  return (await cpuOf(largeJob)) / (await cpuOf(smallJob));
}
