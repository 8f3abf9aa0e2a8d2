/** Decides which base names link-sync must not publish yet. */
import type { BaseFiles } from '../../facts/base-files.ts';
import { comesToPool, mayBeCovered, mismatchedNames } from './bases/existing.ts';
import type { ExistingBases } from './bases/existing.ts';
import { BASE_NAME } from '../nodes/base-name.ts';

/** A compute node's own base files, as far as they keep names from being published. */
export interface HoldNode {
  readonly base: BaseFiles;
  /** Whether this node allows the pool to publish a name: nobody uses it there, or its bytes are those of the pool. */
  readonly isSettled: (name: string) => boolean;
  /** Names that disks need with other bytes than the pool would publish, though the node has no such file any more. */
  readonly mismatched: readonly string[];
}

/**
 * The base names on hold. A compute node may have a file of such a name with other bytes, and VMs based on it
 * (docs/facts.md#fact-10). Pure.
 *
 * - A name is put on hold when a node's own `_base` has such a file and the name is not settled there, or when a disk of
 *   the node needs other bytes under this name. Files under a mounted pool put no name on hold: that was decided before
 *   the pool was mounted.
 * - A name that is on hold is released only when no node can still have such a file. Every compute node was read, the list
 *   of its files is complete, also under a mount, and the name is not in the list or is settled. A node that was not
 *   read may have any file.
 *
 * @param held the names that the present configuration holds
 * @param nodes every compute node of the inventory; null where it was not read
 */
export function decideHold(held: readonly string[], nodes: readonly (HoldNode | null)[]): readonly string[] {
  const found = nodes.flatMap((node) => (node?.base.kind === 'folder' ? unsettledNames(node) : []));
  const mismatched = nodes.flatMap((node) => node?.mismatched ?? []).filter((name) => BASE_NAME.test(name));
  const kept = held.filter((name) => nodes.some((node) => mayHave(node, name)));
  return [...new Set([...found, ...mismatched, ...kept])].sort();
}

function unsettledNames({ base, isSettled }: HoldNode): readonly string[] {
  return base.files.map(({ name }) => name).filter((name) => BASE_NAME.test(name) && !isSettled(name));
}

function mayHave(node: HoldNode | null, name: string): boolean {
  if (node === null || !node.base.complete) return true;
  return node.base.files.some((file) => file.name === name) && !node.isSettled(name);
}

/**
 * A node as `decideHold` takes it. A file that the pool has or gets settles its name. An unused file settles its name only
 * if the pool is mounted over it in this run: otherwise Nova would make new VMs on that file.
 *
 * @param existing undefined where the node has the pool already
 * @param isMounted whether the node gets the pool in this run
 * @param coming names that the pool gets from compute nodes in this run
 */
export function holdNode(
  base: BaseFiles,
  existing: ExistingBases | undefined,
  { isMounted, coming }: { readonly isMounted: boolean; readonly coming: readonly string[] },
): HoldNode {
  if (existing === undefined) return { base, isSettled: () => false, mismatched: [] };
  const decisions = new Map(existing.files.map(({ file, decision }) => [file.name, decision]));
  const isSettled = (name: string): boolean => {
    const decision = decisions.get(name);
    if (decision === undefined || decision.kind === 'same') return true;
    if (comesToPool(decision)) return coming.includes(name);
    return decision.kind === 'unused' && isMounted && mayBeCovered(existing);
  };
  return { base, isSettled, mismatched: mismatchedNames(existing) };
}
