/** The compute nodes that `remove` takes out of the pool. */
import { err, ok } from '../../core/result.ts';
import type { Result } from '../../core/result.ts';
import { suggest } from '../../core/suggest.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { selectHosts } from '../../inventory/pattern.ts';

/**
 * The compute nodes that the patterns mean. The error names what is not a compute node.
 *
 * @param within the hosts that `--limit` allows
 */
export function chooseNodes(
  inventory: Inventory,
  patterns: readonly string[],
  within: readonly Host[],
): Result<readonly Host[], string> {
  const names = inventory.compute.map(({ name }) => name);
  const found = selectHosts(inventory, patterns.join(','));
  if (!found.ok) {
    // a group must not be suggested: it would take out more nodes than were meant
    const [wrong = ''] = patterns.filter((pattern) => !selectHosts(inventory, pattern).ok);
    const near = suggest(wrong, names);
    const [problem = ''] = found.error.split('; did you mean');
    return err(near === undefined ? problem : `${problem} (did you mean \`${near}\`?)`);
  }
  const other = found.value.find(({ name }) => !names.includes(name));
  if (other !== undefined)
    return err(
      `${other.name} is not in the group compute. Only compute nodes can be removed: name compute nodes only`,
    );
  const chosen = found.value.filter((host) => within.includes(host));
  return chosen.length === 0
    ? err('--limit leaves none of these hosts: change --limit, or name other hosts')
    : ok(chosen);
}
