/** What decides whether the server must go on offering NFSv3. */
export interface OldNfsCase {
  /** Whether something else than the pool is exported. */
  readonly others: boolean;
  /** Whether the server runs, and offers version 3 now. */
  readonly running: boolean;
  readonly offered: boolean;
  /** Names of clients with a live NFSv3 mount of this server: compute nodes, and strangers that mountd remembers. */
  readonly users: readonly string[];
  /** Names of compute nodes that were not read. */
  readonly unread: readonly string[];
  /** Whether fastboot's own server configuration switches it off already, which was decided with every node read. */
  readonly alreadyOff: boolean;
}

/**
 * Whether NFSv3 stays on. It goes only when nothing else is exported and nobody can have a live mount of that version:
 * such a mount would hang, and the VMs on it (fact 18). A node that was not read may have one.
 */
export function keepsOldNfs(its: OldNfsCase): boolean {
  if (its.users.length > 0) return true;
  if (its.others) return !its.running || its.offered;
  return its.running && its.offered && its.unread.length > 0 && !its.alreadyOff;
}
