const LEAST = 16;
const MOST = 256;

/**
 * How many threads the NFS server gets: a power of two, one thread for two compute nodes, so that one more node
 * seldom changes it.
 */
export function nfsThreads(setting: 'auto' | number, computeNodes: number): number {
  if (setting !== 'auto') return setting;
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(computeNodes, 1) / 2));
  return Math.min(MOST, Math.max(LEAST, wanted));
}
