/** Decides how many threads the NFS server gets. */

const MIN_THREADS = 16;
const MAX_THREADS = 256;

/** One thread for two compute nodes, as a power of two, so that one more node seldom changes the number. Pure. */
export function nfsThreads(setting: 'auto' | number, computeNodes: number): number {
  if (setting !== 'auto') return setting;
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(computeNodes, 1) / 2));
  return Math.min(MAX_THREADS, Math.max(MIN_THREADS, wanted));
}
