import type { BaseFiles } from '../facts/base-files.ts';

/** What a base file is called: the SHA-1 of its image's id. */
export const BASE_NAME = /^[0-9a-f]{40}$/;

/**
 * The base names that link-sync must not publish yet, because some compute node may have a file of that name with other
 * bytes, on which VMs are based (fact 10).
 *
 * - Every base name in a local `_base` is held. What lies below a live mount holds nothing anew: it was dealt with before
 *   that mount was made.
 * - A name that is held already is let go only when no node can still have such a file: every compute node was read, its
 *   list is complete (below a mount too), and the name is in none. A node that was not read may have everything.
 *
 * @param held what the present configuration holds
 * @param nodes every compute node of the inventory; null where it was not read
 */
export function decideHold(held: readonly string[], nodes: readonly (BaseFiles | null)[]): readonly string[] {
  const found = nodes.flatMap((node) => (node?.kind === 'folder' ? baseNames(node) : []));
  const kept = held.filter((name) => nodes.some((node) => mayHave(node, name)));
  return [...new Set([...found, ...kept])].sort();
}

function baseNames({ files }: BaseFiles): readonly string[] {
  return files.map(({ name }) => name).filter((name) => BASE_NAME.test(name));
}

function mayHave(node: BaseFiles | null, name: string): boolean {
  return node === null || !node.complete || node.files.some((file) => file.name === name);
}
