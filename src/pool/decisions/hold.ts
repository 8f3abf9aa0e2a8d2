import type { BaseFiles } from '../../facts/base-files.ts';

/** A compute node's own base files, as far as they stand in the way of publishing. */
export interface HoldNode {
  readonly base: BaseFiles;
  /** Whether the pool may publish this name as far as the node goes: it is unused there, or has the pool's bytes. */
  readonly settled: (name: string) => boolean;
  /** Names that disks need with other bytes than the pool would publish, though the node has no such file any more. */
  readonly trapped: readonly string[];
}

/** What a base file is called: the SHA-1 of its image's id. */
export const BASE_NAME = /^[0-9a-f]{40}$/;

/**
 * The base names that link-sync must not publish yet, because some compute node may have a file of that name with other
 * bytes, on which VMs are based (fact 10).
 *
 * - Every base name in a local `_base` is held unless it is settled, and every name that would be a trap. What lies below
 *   a live mount holds nothing anew: it was dealt with before that mount was made.
 * - A name that is held already is let go only when no node can still have such a file: every compute node was read, its
 *   list is complete (below a mount too), and the name is in none, or settled. A node that was not read may have
 *   everything.
 *
 * @param held what the present configuration holds
 * @param nodes every compute node of the inventory; null where it was not read
 */
export function decideHold(held: readonly string[], nodes: readonly (HoldNode | null)[]): readonly string[] {
  const found = nodes.flatMap((node) => (node?.base.kind === 'folder' ? unsettledNames(node) : []));
  const traps = nodes.flatMap((node) => node?.trapped ?? []).filter((name) => BASE_NAME.test(name));
  const kept = held.filter((name) => nodes.some((node) => mayHave(node, name)));
  return [...new Set([...found, ...traps, ...kept])].sort();
}

function unsettledNames({ base, settled }: HoldNode): readonly string[] {
  return base.files.map(({ name }) => name).filter((name) => BASE_NAME.test(name) && !settled(name));
}

function mayHave(node: HoldNode | null, name: string): boolean {
  if (node === null || !node.base.complete) return true;
  return node.base.files.some((file) => file.name === name) && !node.settled(name);
}
