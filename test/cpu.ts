/** Measures CPU time. Tests compare two measurements of the same process, never seconds. */

/** One measurement goes on for this long, so that the resolution of the clock does not matter. */
const MIN_CPU_SECONDS = 0.03;
/** The fastest of several measurements counts: other processes and the compiler only make one slower. */
const ROUNDS = 5;

type Job = () => unknown;

/** How many times more CPU time a job takes than a reference. The measurements alternate. */
export async function cpuRatio(job: Job, reference: Job): Promise<number> {
  const [own, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    other.push(await cpuOf(reference));
    own.push(await cpuOf(job));
  }
  return Math.min(...own) / Math.min(...other);
}

/**
 * How many times more CPU time a job takes for the larger of two inputs. For an input that is ten times as large, a linear job
 * takes about ten times more, and a quadratic job a hundred times.
 */
export function growthOf(jobFor: (size: number) => Job, small: number, large: number): Promise<number> {
  return cpuRatio(jobFor(large), jobFor(small));
}

/** The CPU seconds of one call. */
async function cpuOf(job: Job): Promise<number> {
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
